import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../../config/settings.ts';
import { LangduError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type Account, accountOf, telling } from '../access/account.ts';
import { type CallerLimits, LANES } from '../access/key-file.ts';
import { KeyRing } from '../access/key-ring.ts';
import { Rates } from '../access/rates.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; only on what needs a key where there are keys. */
    account: Account | undefined;
  }
  interface FastifyInstance {
    readonly rates: Rates;
  }
}

/**
 * What works for somebody: everything else is the page, its files, how the server is, and audio whose name is its key.
 */
const GUARDED = /^\/(api|v1)\//;

/** What the page asks every few seconds: it would use up the minute of whoever looks at it, and costs nothing. */
const UNCOUNTED = '/api/status';

/**
 * Keys and limits, before a body is read. Throws `config_invalid` for a key file that is wrong; requests get
 * `key_missing`, `key_wrong`, `rate_limited` or `too_many_at_once`.
 */
export function addAccess(app: FastifyInstance, settings: Settings, log: Log): void {
  const { requestsPerMinute, charactersPerMinute, concurrent } = settings;
  const defaults: CallerLimits = { requestsPerMinute, charactersPerMinute, concurrent, lanes: LANES };
  const keys = settings.keys === '' ? undefined : new KeyRing(settings.keys, defaults, log);
  const rates = new Rates();
  app.decorate('rates', rates);
  app.decorateRequest('account', undefined);
  if (keys !== undefined) app.addHook('onClose', async () => keys.close());

  app.addHook('onRequest', async (request, reply) => {
    if (!GUARDED.test(request.routeOptions.url ?? '')) return;
    // A caller that is gone already has no address.
    const account = accountOf(keys && keyOf(request, reply, keys), request.ip ?? '', defaults);
    request.account = account;
    if (request.routeOptions.url === UNCOUNTED) return;
    const { caller, limits } = account;
    await telling(reply, 'requests', async () => {
      reply.raw.once('close', rates.enter(caller, limits));
      return rates.spend('requests', caller, limits.requestsPerMinute, 1);
    });
  });
}

function keyOf(request: FastifyRequest, reply: FastifyReply, keys: KeyRing) {
  const { authorization, 'x-api-key': header } = request.headers;
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  const presented = bearer ?? (typeof header === 'string' && header !== '' ? header : undefined);
  const key = presented === undefined ? undefined : keys.find(presented);
  if (key !== undefined) return key;
  reply.header('www-authenticate', 'Bearer');
  throw new LangduError(presented === undefined ? 'key_missing' : 'key_wrong');
}
