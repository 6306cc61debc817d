import type { FastifyRequest } from 'fastify';
import { LangduError } from '../errors.ts';

/** Longest a caller may say that it would wait for its first audio. */
const LONGEST_DEADLINE_MS = 3_600_000;

/** Who asks, for fair shares: the key's name, or the address, or what a trusted proxy says it was (`trustProxy`). */
export function callerOf(request: FastifyRequest): string {
  return request.account?.caller ?? request.ip;
}

/**
 * `X-Deadline-Ms`: first audio later than this is no use to the caller.
 * Throws `parameter_out_of_range` for anything but a whole number of milliseconds.
 */
export function deadlineOf(request: FastifyRequest): number | undefined {
  const written = request.headers['x-deadline-ms'];
  if (written === undefined) return undefined;
  const ms = typeof written === 'string' && /^\d{1,9}$/.test(written) ? Number(written) : 0;
  if (ms >= 1 && ms <= LONGEST_DEADLINE_MS) return ms;
  const value = String(written).slice(0, 40);
  throw new LangduError('parameter_out_of_range', { name: 'X-Deadline-Ms', min: 1, max: LONGEST_DEADLINE_MS, value });
}
