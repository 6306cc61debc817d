import type { LookupAddress } from 'node:dns';
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
  /** For everything, the lookup of the name included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** All addresses of a name: those of the system when absent. */
  readonly lookup?: (name: string) => Promise<readonly LookupAddress[]>;
}

/** A name without an address, or with one that must not be reached. What it is to this server is for the log alone. */
class NoAddress extends Error {
  override readonly name = 'NoAddress';
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
 * Posts a callback and gives the status. The name is looked up once, every address it has must be one that is allowed,
 * and the connection goes to the address that was checked: a name that changes in between changes nothing. Redirects
 * are not followed. Throws when it cannot be delivered.
 */
export async function postCallback(url: URL, options: PostOptions): Promise<number> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([timeout, ...(options.signal ? [options.signal] : [])]);
  const address = await checkedAddress(hostOf(url), options, signal);
  try {
    return await post(url, address, options, signal);
  } catch (error) {
    throw timeout.aborted ? Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }) : error;
  }
}

/**
 * What a caller is told of a failure: where the network ended, but nothing of the names that this server can look up.
 */
export function outcomeOf(error: unknown): string {
  if (error instanceof NoAddress) return 'no_public_address';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'failed';
}

interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

function post(url: URL, address: Address, options: PostOptions, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      headers: { ...options.headers, 'content-length': Buffer.byteLength(options.body) },
      // TLS still checks the certificate for the name.
      lookup: (_name, how, callback) =>
        how.all === true ? callback(null, [address]) : callback(null, address.address, address.family),
      agent: false,
      signal,
    });
    request.on('response', (response) => {
      resolve(response.statusCode!);
      response.destroy(); // whatever it says: the status is the answer
    });
    request.on('error', reject);
    request.end(options.body);
  });
}

async function checkedAddress(host: string, options: PostOptions, signal: AbortSignal): Promise<Address> {
  const { allowed } = options;
  const addresses =
    isIP(host) === 0 ? await addressesOf(host, options, signal) : [{ address: host, family: isIP(host) }];
  const bad = addresses.find(({ address }) => !isPublicAddress(address, allowed));
  if (bad !== undefined) throw new NoAddress(`${host} is ${bad.address}, which is not a public address`);
  const [first] = addresses;
  if (first === undefined) throw new NoAddress(`${host} has no address`);
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

/** Nothing ends a lookup of the system's: it is left behind when the signal aborts. */
async function addressesOf(name: string, options: PostOptions, signal: AbortSignal): Promise<readonly LookupAddress[]> {
  const looking = (options.lookup ?? ((host) => lookup(host, { all: true })))(name);
  const left = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([looking, left]);
  } catch (error) {
    throw new NoAddress(`${name} cannot be looked up`, { cause: error });
  }
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
