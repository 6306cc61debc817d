import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Settings } from '../../config/settings.ts';
import { LangduError } from '../../errors.ts';
import { createLog } from '../../log.ts';
import { openPolicy } from '../../policy/policy.ts';
import { openResultStore } from '../../results/open.ts';
import { LANES, readKeyFile } from '../../server/access/key-file.ts';
import { type Finding, fail, ok } from './check.ts';

const PATIENCE_MS = 5_000;

/** Where results go: the folder or the bucket is opened as a start would, and nothing in it is touched. */
export async function checkResults(settings: Settings): Promise<Finding> {
  const where = settings.resultsDriver === 's3' ? `bucket ${settings.s3Bucket}` : settings.output;
  try {
    const store = await openResultStore(settings, createLog('silent'), { upkeep: false });
    // Opening alone may ask nobody anything.
    await store.usage();
    await store.close();
    return ok('results', where);
  } catch (error) {
    const cause = error instanceof LangduError && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return fail('results', `${(error as Error).message}${cause}`);
  }
}

export function checkKeys({ keys: path, requestsPerMinute, charactersPerMinute, concurrent }: Settings): Finding {
  try {
    const defaults = { requestsPerMinute, charactersPerMinute, concurrent, lanes: LANES };
    return ok('API keys', `${readKeyFile(path, defaults).length} in ${path}`);
  } catch (error) {
    return fail('API keys', (error as Error).message);
  }
}

/** Whether the word lists can be read. The service that judges texts is not asked: it would have to judge one. */
export async function checkPolicy(settings: Settings): Promise<Finding> {
  try {
    const policy = await openPolicy(settings, createLog('silent'));
    const { words, rules } = policy.stats().lists;
    await policy.close();
    return ok('moderation', `${words} words, ${rules} rules${settings.policyHook === '' ? '' : ', and a service'}`);
  } catch (error) {
    return fail('moderation', (error as Error).message);
  }
}

/** Whether a Redis answers at this address. One that asks for a password has answered. */
export async function checkRedis(address: string): Promise<Finding> {
  const { protocol, hostname: host, port } = new URL(address);
  const place = { host, port: Number(port || 6379) };
  const socket = protocol === 'rediss:' ? connectTls({ ...place, servername: host }) : connect(place);
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')));
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', (data) => resolve(data.toString()));
      socket.once('close', () => reject(new Error('closed without an answer')));
      socket.write('PING\r\n');
    });
    if (/^(\+PONG|-NOAUTH)/.test(answer)) return ok('redis', `${host}:${place.port} answers`);
    return fail('redis', `${host}:${place.port} is no Redis`);
  } catch (error) {
    return fail('redis', `${host}:${place.port}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  } finally {
    socket.destroy();
  }
}
