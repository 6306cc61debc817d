import type { FastifyReply } from 'fastify';
import { catalogue, type ErrorCode } from '../errors.ts';

/** How a request ended: whatever kept an answer from its end decides, and the caller where nothing else did. */
export function outcomeOf(reply: FastifyReply): { readonly status: number; readonly code: ErrorCode | undefined } {
  if (reply.raw.writableFinished) return { status: reply.statusCode, code: reply.errorCode };
  const code = reply.errorCode ?? 'cancelled';
  return { status: catalogue[code].status, code };
}
