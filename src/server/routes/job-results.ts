import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { formats } from '../../audio/formats.ts';
import { LangduError } from '../../errors.ts';
import { hasEnded, type Job } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { jobSubtitles } from '../../jobs/subtitles.ts';
import { ResultLinks } from '../../results/links.ts';
import { contentTypeOf, extensionOf } from '../../results/names.ts';
import { subtitleFormats } from '../../subtitles/write.ts';
import { attachment } from '../content-disposition.ts';
import { sendStream } from '../outflow.ts';
import type { ServerParts } from '../parts.ts';
import { prepended } from '../prepended.ts';
import { JobAudioQuery, JobLinkAnswer, JobParams, JobSubtitlesQuery } from '../schemas/jobs.ts';
import { sendResult } from '../send-result.ts';
import { UnderWay } from '../under-way.ts';
import { asking, jobOf } from './jobs.ts';

/** The job's own address stays the same when its audio is removed. */
const CACHE_SECONDS = 60;

/**
 * `GET /api/jobs/<id>/audio`: what is made so far and then the rest as it is made; when the job is done, the finished
 * file. `GET /api/jobs/<id>/link`: the finished file's address, for what cannot send a key.
 * `GET /api/jobs/<id>/subtitles`: when what is heard, of what is made so far.
 */
export function addJobResultRoutes(app: FastifyInstance, { results, settings, stop }: ServerParts, jobs: Jobs): void {
  const underWay = new UnderWay(stop);
  const links = new ResultLinks(settings);
  app.route<{ Params: JobParams; Querystring: JobAudioQuery }>({
    method: ['GET', 'HEAD'],
    url: '/api/jobs/:id/audio',
    schema: {
      summary: "A job's audio, also while it grows",
      description:
        'While the job is under way: what is made so far, and the rest as it is made. Done: the finished file.',
      tags: ['Jobs'],
      produces: Object.values(formats).map(({ contentType }) => contentType),
      takesHeaders: { Range: 'one range of bytes of finished audio' },
      errors: [...asking, 'job_without_audio', 'audio_not_found', 'range_unsatisfiable', 'storage_failed'],
      params: JobParams,
      querystring: JobAudioQuery,
    },
    handler: async (request, reply) => {
      const job = await jobOf(request, jobs);
      reply.header('x-langdu-job-state', job.state);
      if (!hasEnded(job)) return grow(job, request, reply);
      if (job.audio === undefined) throw new LangduError('job_without_audio', { state: job.state });
      const { name } = job.audio;
      const stored = await results.open(name);
      if (stored === undefined) throw new LangduError('audio_not_found');
      const disposition = dispositionOf(request, extensionOf(name));
      return sendResult(request, reply, stored, { name, disposition, cacheSeconds: CACHE_SECONDS });
    },
  });

  app.get<{ Params: JobParams }>(
    '/api/jobs/:id/link',
    {
      schema: {
        summary: "The address of a job's finished audio, which needs no key",
        tags: ['Jobs'],
        errors: [...asking, 'job_without_audio', 'audio_not_found', 'storage_failed'],
        params: JobParams,
        response: { 200: JobLinkAnswer },
      },
    },
    async (request, reply) => {
      const { state, audio } = await jobOf(request, jobs);
      if (audio === undefined) throw new LangduError('job_without_audio', { state });
      // Said here, in words: whoever follows the link may be a player that only fails.
      const stored = await results.open(audio.name);
      if (stored === undefined) throw new LangduError('audio_not_found');
      await stored.close();
      reply.header('cache-control', 'no-store');
      return { audio_url: links.of(audio.name) };
    },
  );

  app.get<{ Params: JobParams; Querystring: JobSubtitlesQuery }>(
    '/api/jobs/:id/subtitles',
    {
      schema: {
        summary: 'When what of a job is heard',
        tags: ['Jobs'],
        produces: subtitleFormats.map((format) => contentTypeOf(`.${format}`).split(';')[0]!),
        errors: [...asking, 'job_without_audio', 'fields_conflict', 'storage_failed'],
        params: JobParams,
        querystring: JobSubtitlesQuery,
      },
    },
    async (request, reply) => {
      const job = await jobOf(request, jobs);
      if (hasEnded(job) && job.audio === undefined) throw new LangduError('job_without_audio', { state: job.state });
      const asked = await jobs.request(job.id);
      if (asked === undefined) throw new LangduError('job_not_found');
      if (asked.output.trimSilence === true) {
        throw new LangduError('fields_conflict', { first: 'subtitles', second: 'trim_silence' });
      }
      const { format = 'json' } = request.query;
      const pieces = jobSubtitles(format, asked, jobs.timings(job));
      // What fails before there is anything is answered as what it is.
      const first = await pieces.next();
      const disposition = dispositionOf(request, `.${format}`);
      if (disposition !== undefined) reply.header('content-disposition', disposition);
      return sendStream(reply, contentTypeOf(`.${format}`), prepended(first.done ? [] : [first.value], pieces));
    },
  );

  async function grow(
    job: Job,
    request: FastifyRequest<{ Querystring: JobAudioQuery }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { output } = (await jobs.request(job.id)) ?? {};
    const { contentType, extension } = formats[output?.format ?? 'wav'];
    const disposition = dispositionOf(request, `.${extension}`);
    if (disposition !== undefined) reply.header('content-disposition', disposition);
    if (request.method === 'HEAD') return reply.type(contentType).header('accept-ranges', 'none').send();
    return sendStream(reply, contentType, jobs.follow(job.id, underWay.signal(reply)));
  }
}

function dispositionOf({ query }: FastifyRequest<{ Querystring: { download?: string } }>, extension: string) {
  return query.download === undefined ? undefined : attachment(query.download, extension);
}
