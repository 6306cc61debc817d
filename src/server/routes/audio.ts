import type { FastifyInstance, FastifySchema } from 'fastify';
import { LangduError } from '../../errors.ts';
import { ResultLinks } from '../../results/links.ts';
import { extensionOf } from '../../results/names.ts';
import { attachment } from '../content-disposition.ts';
import type { ServerParts } from '../parts.ts';
import { AudioParams, AudioQuery } from '../schemas/audio.ts';
import { sendResult } from '../send-result.ts';

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
      const cacheSeconds = Math.min(secondsLeft ?? CACHE_SECONDS, CACHE_SECONDS);
      return sendResult(request, reply, stored, { name, disposition, cacheSeconds });
    },
  });
}
