import { isIPv6 } from 'node:net';
import type { FastifyReply } from 'fastify';
import { LangduError } from '../../errors.ts';
import type { ApiKey, CallerLimits } from './key-file.ts';
import type { Allowance, Rates } from './rates.ts';

/** Who asks, and what they may. */
export interface Account {
  /** A key's name, or an address: callers get fair shares. */
  readonly caller: string;
  /** The key's name, where there are keys. */
  readonly key: string | undefined;
  readonly limits: CallerLimits;
}

export function accountOf(key: ApiKey | undefined, address: string | undefined, defaults: CallerLimits): Account {
  // A caller that is gone already has no address.
  const caller = key?.name ?? blockOf(address ?? 'gone');
  return { caller, key: key?.name, limits: key ?? defaults };
}

/**
 * Before any work for a text is done. Throws `lane_forbidden`, and `rate_limited` when the minute's characters are used
 * up; `x-ratelimit-*` on the answer say what is left.
 */
export async function chargeText(
  rates: Rates,
  account: Account,
  { lane, characters }: { readonly lane: string; readonly characters: number },
  reply: FastifyReply,
): Promise<void> {
  const { caller, limits } = account;
  if (!limits.lanes.includes(lane)) {
    throw new LangduError('lane_forbidden', { key: account.key ?? caller, lane, available: limits.lanes });
  }
  await telling(reply, 'tokens', () => rates.spend('characters', caller, limits.charactersPerMinute, characters));
}

/** Says what is left in the headers that OpenAI's clients read, and when to come again; a token is a character here. */
export async function telling(
  reply: FastifyReply,
  unit: 'requests' | 'tokens',
  spend: () => Promise<Allowance | undefined>,
): Promise<void> {
  try {
    const allowance = await spend();
    if (allowance !== undefined) tell(reply, unit, allowance);
  } catch (error) {
    if (error instanceof LangduError && error.code === 'rate_limited') {
      const { limit, remaining, retryAfter } = error.params;
      const resetMs = Number(retryAfter) * 1000;
      tell(reply, unit, { limit: Number(limit), remaining: Number(remaining), resetMs });
    }
    if (error instanceof LangduError) reply.header('retry-after', error.params.retryAfter);
    throw error;
  }
}

function tell(reply: FastifyReply, unit: string, { limit, remaining, resetMs }: Allowance): void {
  reply
    .header(`x-ratelimit-limit-${unit}`, limit)
    .header(`x-ratelimit-remaining-${unit}`, remaining)
    .header(`x-ratelimit-reset-${unit}`, duration(resetMs));
}

/** `17ms`, `6s`, `1m0s` */
function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** A network of IPv6 is given to one customer, who has all of its addresses: the first 64 bits count. */
export function blockOf(address: string): string {
  if (!isIPv6(address) || /^::ffff:[\d.]+$/i.test(address)) return address.replace(/^::ffff:/i, '');
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = tail === undefined ? groups : [...groups, ...Array(8 - groups.length - rest.length).fill('0'), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`;
}
