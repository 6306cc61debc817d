import type { FastifyReply, FastifyRequest } from 'fastify';
import { LangduError } from '../errors.ts';
import type { StoredResult } from '../results/store.ts';
import { readRange } from './byte-range.ts';
import { sendError } from './plugins/errors.ts';

export interface ResultAnswer {
  readonly name: string;
  readonly disposition: string | undefined;
  /** How long a cache may hold it. */
  readonly cacheSeconds: number;
}

/** Answers with a stored result, whole or a range of it, to `GET` or `HEAD`; closes it. */
export async function sendResult(
  request: FastifyRequest,
  reply: FastifyReply,
  stored: StoredResult,
  { name, disposition, cacheSeconds }: ResultAnswer,
): Promise<FastifyReply | undefined> {
  if (stored.direct !== undefined && request.method === 'GET') {
    await stored.close();
    return reply.header('cache-control', 'no-store').redirect(await stored.direct(disposition), 307);
  }
  // A name is given once and its bytes never change, so the name itself is a strong validator.
  const etag = `"${name.slice(0, name.indexOf('.'))}"`;
  if (isCurrent(request.headers['if-none-match'], etag)) {
    await stored.close();
    return reply.code(304).header('etag', etag).send();
  }
  const { size } = stored;
  // Ranges are of GET alone (RFC 9110 §14.2), and If-Range compares strongly (§13.1.5).
  const condition = request.headers['if-range'];
  const ranged = request.method === 'GET' && (condition === undefined || condition === etag);
  const range = ranged ? readRange(request.headers.range, size) : 'whole';
  if (range === 'unsatisfiable') {
    await stored.close();
    reply.header('content-range', `bytes */${size}`);
    sendError(new LangduError('range_unsatisfiable', { size }), request, reply);
    return reply;
  }
  reply
    .type(stored.contentType)
    .header('accept-ranges', 'bytes')
    .header('cache-control', `private, max-age=${cacheSeconds}, immutable`)
    .header('etag', etag)
    .header('last-modified', stored.modified.toUTCString());
  if (disposition !== undefined) reply.header('content-disposition', disposition);
  const { start, end } = range === 'whole' ? { start: 0, end: size - 1 } : range;
  if (range !== 'whole') reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
  reply.header('content-length', end - start + 1);
  if (request.method === 'HEAD' || size === 0) {
    await stored.close();
    return reply.send();
  }
  return reply.send(stored.read(start, end));
}

function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
