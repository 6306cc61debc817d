import type { FastifyInstance } from 'fastify';
import { LangduError } from '../../errors.ts';
import { readRange } from '../byte-range.ts';
import { attachment } from '../content-disposition.ts';
import type { ServerParts } from '../parts.ts';
import { sendError } from '../plugins/errors.ts';
import { AudioParams, AudioQuery } from '../schemas/audio.ts';

/** `GET /audio/<name>.wav`: a finished audio, whole or a range of it. */
export function addAudioRoute(app: FastifyInstance, { results }: ServerParts): void {
  const schema = { params: AudioParams, querystring: AudioQuery };
  app.route<{ Params: AudioParams; Querystring: AudioQuery }>({
    method: ['GET', 'HEAD'],
    url: '/audio/:name',
    schema,
    handler: async (request, reply) => {
      const { name } = request.params;
      const { download } = request.query;
      const stored = await results.open(name);
      if (stored === undefined) throw new LangduError('audio_not_found');

      // A name is given once and its bytes never change, so the name itself is a strong validator.
      const etag = `"${name.slice(0, name.indexOf('.'))}"`;
      const { size } = stored;
      if (isCurrent(request.headers['if-none-match'], etag)) {
        await stored.close();
        return reply.code(304).header('etag', etag).send();
      }
      const condition = request.headers['if-range'];
      const range = condition === undefined || condition === etag ? readRange(request.headers.range, size) : 'whole';
      if (range === 'unsatisfiable') {
        await stored.close();
        reply.header('content-range', `bytes */${size}`);
        return sendError(new LangduError('range_unsatisfiable', { size }), request, reply);
      }

      const { start, end } = range === 'whole' ? { start: 0, end: size - 1 } : range;
      reply
        .code(range === 'whole' ? 200 : 206)
        .type('audio/wav')
        .header('content-length', end - start + 1)
        .header('accept-ranges', 'bytes')
        .header('cache-control', 'private, max-age=3600, immutable')
        .header('etag', etag)
        .header('last-modified', stored.modified.toUTCString());
      if (range !== 'whole') reply.header('content-range', `bytes ${start}-${end}/${size}`);
      if (download !== undefined) reply.header('content-disposition', attachment(download, '.wav'));
      if (request.method === 'HEAD') {
        await stored.close();
        return reply.send();
      }
      return reply.send(stored.read(start, end));
    },
  });
}

function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
