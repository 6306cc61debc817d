import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type BlockList, isIP } from 'node:net';
import { LangduError } from '../../errors.ts';
import { isPublicAddress } from './addresses.ts';

export interface PostOptions {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Addresses that are not public, and allowed all the same. */
  readonly allowed: BlockList;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What of a callback's URL can be checked before its name is looked up: the scheme, and that it carries no password.
 * Throws `callback_refused`.
 */
export function checkCallbackUrl(url: string, allowed?: BlockList): URL {
  const refuse = (problem: string) => new LangduError('callback_refused', { problem });
  if (!URL.canParse(url)) throw refuse('it is no absolute URL');
  const parsed = new URL(url);
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') throw refuse('http and https only');
  if (parsed.username !== '' || parsed.password !== '') throw refuse('it carries a user name or password');
  const host = hostOf(parsed);
  if (isIP(host) !== 0 && !isPublicAddress(host, allowed)) throw refuse(`${host} is not a public address`);
  return parsed;
}

/**
 * Posts a callback and gives the status. The name is looked up once, every address it has must be one that is allowed, and
 * the connection goes to the address that was checked: a name that changes in between changes nothing. Redirects are not
 * followed. Throws when it cannot be delivered.
 */
export async function postCallback(url: URL, options: PostOptions): Promise<number> {
  const address = await checkedAddress(hostOf(url), options.allowed);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      headers: { ...options.headers, 'content-length': Buffer.byteLength(options.body) },
      // TLS still checks the certificate for the name.
      lookup: (_name, how, callback) =>
        how.all === true ? callback(null, [address]) : callback(null, address.address, address.family),
      agent: false,
      signal: AbortSignal.any([AbortSignal.timeout(options.timeoutMs), ...(options.signal ? [options.signal] : [])]),
    });
    request.on('response', (response) => {
      resolve(response.statusCode!);
      response.destroy(); // whatever it says: the status is the answer
    });
    request.on('error', reject);
    request.end(options.body);
  });
}

async function checkedAddress(host: string, allowed: BlockList): Promise<{ address: string; family: 4 | 6 }> {
  const addresses = isIP(host) === 0 ? await lookup(host, { all: true }) : [{ address: host, family: isIP(host) }];
  const bad = addresses.find(({ address }) => !isPublicAddress(address, allowed));
  if (bad !== undefined) throw new Error(`${host} is ${bad.address}, which is not a public address`);
  const [first] = addresses;
  if (first === undefined) throw new Error(`${host} has no address`);
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
