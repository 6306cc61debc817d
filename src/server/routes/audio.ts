import type { FastifyInstance, FastifyReply, FastifySchema } from 'fastify';
import { LangduError } from '../../errors.ts';
import { ResultLinks } from '../../results/links.ts';
import { extensionOf } from '../../results/names.ts';
import type { StoredResult } from '../../results/store.ts';
import { readRange } from '../byte-range.ts';
import { attachment } from '../content-disposition.ts';
import type { ServerParts } from '../parts.ts';
import { sendError } from '../plugins/errors.ts';
import { AudioParams, AudioQuery } from '../schemas/audio.ts';

/** How long a cache may hold a result, in seconds, whose link does not expire before. */
const CACHE_SECONDS = 3600;

/** `GET /audio/<name>`: a finished result, whole or a range of it. */
export function addAudioRoute(app: FastifyInstance, { results, settings }: ServerParts): void {
  const links = new ResultLinks(settings);
  const schema: FastifySchema = {
    summary: 'A finished audio or its subtitles, whole or a range of it',
    tags: ['Results'],
    produces: ['audio/*', 'text/*', 'application/*'],
    takesHeaders: { Range: 'one range of bytes', 'If-Range': 'the ETag it is of', 'If-None-Match': 'for a 304' },
    errors: ['audio_not_found', 'audio_link_invalid', 'audio_link_expired', 'range_unsatisfiable', 'storage_failed'],
    params: AudioParams,
    querystring: AudioQuery,
  };
  app.route<{ Params: AudioParams; Querystring: AudioQuery }>({
    method: ['GET', 'HEAD'],
    url: '/audio/:name',
    schema,
    handler: async (request, reply) => {
      const { name } = request.params;
      const { download, ...signature } = request.query;
      const secondsLeft = links.check(name, signature);
      const stored = await results.open(name);
      if (stored === undefined) throw new LangduError('audio_not_found');

      const disposition = download === undefined ? undefined : attachment(download, extensionOf(name));
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
        return sendError(new LangduError('range_unsatisfiable', { size }), request, reply);
      }

      describe(reply, stored, etag, Math.min(secondsLeft ?? CACHE_SECONDS, CACHE_SECONDS));
      if (disposition !== undefined) reply.header('content-disposition', disposition);
      const { start, end } = range === 'whole' ? { start: 0, end: size - 1 } : range;
      if (range !== 'whole') reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
      reply.header('content-length', end - start + 1);
      if (request.method === 'HEAD' || size === 0) {
        await stored.close();
        return reply.send();
      }
      return reply.send(stored.read(start, end));
    },
  });
}

function describe(reply: FastifyReply, stored: StoredResult, etag: string, cacheSeconds: number): void {
  reply
    .type(stored.contentType)
    .header('accept-ranges', 'bytes')
    .header('cache-control', `private, max-age=${cacheSeconds}, immutable`)
    .header('etag', etag)
    .header('last-modified', stored.modified.toUTCString());
}

function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
