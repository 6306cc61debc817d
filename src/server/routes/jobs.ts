import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, LangduError } from '../../errors.ts';
import type { Job } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { viewOf } from '../../jobs/view.ts';
import { chargeText } from '../access/account.ts';
import { bodyLimit } from '../body-limit.ts';
import { callerOf } from '../caller.ts';
import { keyOf, takeJobOrder } from '../job-order.ts';
import { moderatedItems } from '../moderate-job.ts';
import { speakingErrors } from '../openapi/failures.ts';
import type { OperationNotes } from '../openapi/operation.ts';
import type { ServerParts } from '../parts.ts';
import { preferredLanguage } from '../plugins/language.ts';
import { readQuery } from '../query.ts';
import { AsyncAnswer, AsyncBody, JobAnswer, JobBody, JobListAnswer, JobListQuery, JobParams } from '../schemas/jobs.ts';

const LISTED = 20;

const tags = ['Jobs'] as const;
/** What may go wrong where a job is asked for. */
export const asking = ['job_not_found', 'jobs_unavailable'] as const satisfies readonly ErrorCode[];
const accepting = {
  tags,
  givesHeaders: { Location: 'the job' },
  errors: [
    ...speakingErrors,
    'fields_conflict',
    'jobs_full',
    'jobs_unavailable',
    'idempotency_conflict',
    'callback_refused',
  ],
} satisfies OperationNotes;

/** Jobs: `POST /api/tts_async` and `POST /api/jobs` accept them, the rest of `/api/jobs` shows and cancels them. */
export function addJobRoutes(app: FastifyInstance, parts: ServerParts, jobs: Jobs): void {
  const limits = { bodyLimit: bodyLimit(parts.settings.maxJobText) };
  const submit = async (body: JobBody, request: FastifyRequest, reply: FastifyReply) => {
    const key = keyOf(body);
    const known = key === undefined ? undefined : await jobs.known(callerOf(request), key);
    if (known !== undefined) return located({ job: known, created: false }, reply);
    const asked = takeJobOrder(body, parts, request);
    const characters = jobs.check(asked);
    if (request.account !== undefined)
      await chargeText(app.rates, request.account, { lane: 'batch', characters }, reply);
    const items = await moderatedItems(asked.request, parts.policy, request);
    return located(await jobs.submit({ ...asked, request: { ...asked.request, items } }), reply);
  };

  app.post<{ Body: AsyncBody }>(
    '/api/tts_async',
    {
      schema: {
        summary: 'A text as a job, as the service before ours had it',
        ...accepting,
        body: AsyncBody,
        response: { 202: AsyncAnswer },
      },
      ...limits,
    },
    async (request, reply) => {
      const { job } = await submit(request.body, request, reply);
      return reply.code(202).send({ task_id: job.id });
    },
  );

  app.post<{ Body: JobBody }>(
    '/api/jobs',
    {
      schema: {
        summary: 'A text or a list of items as a job',
        description:
          '200 instead of 202: the `idempotency_key` was used for the same request before, and this is its job.',
        ...accepting,
        body: JobBody,
        response: { 200: JobAnswer, 202: JobAnswer },
      },
      ...limits,
    },
    async (request, reply) => {
      const { job, created } = await submit(request.body, request, reply);
      return reply.code(created ? 202 : 200).send(seen(job, request));
    },
  );

  app.get<{ Querystring: JobListQuery }>(
    '/api/jobs',
    {
      schema: {
        summary: "The caller's jobs, the newest first",
        tags,
        errors: ['jobs_unavailable'],
        querystring: JobListQuery,
        response: { 200: JobListAnswer },
      },
      preValidation: async (request) => {
        request.query = readQuery(JobListQuery, request.query) as JobListQuery;
      },
    },
    async (request, reply) => {
      const { state, limit = LISTED, before } = request.query;
      reply.header('cache-control', 'no-store');
      const listed = await jobs.list({ caller: callerOf(request), state, limit, before });
      return { jobs: listed.map((job) => seen(job, request)) };
    },
  );

  app.get<{ Params: JobParams }>(
    '/api/jobs/:id',
    {
      schema: {
        summary: 'A job and how far it is',
        tags,
        errors: asking,
        params: JobParams,
        response: { 200: JobAnswer },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return seen(await jobOf(request, jobs), request);
    },
  );

  app.delete<{ Params: JobParams }>(
    '/api/jobs/:id',
    { schema: { summary: 'Cancels a job', tags, errors: asking, params: JobParams, response: { 200: JobAnswer } } },
    async (request) => {
      await jobOf(request, jobs);
      return seen(await jobs.cancel(request.params.id), request);
    },
  );
}

function located<T extends { readonly job: Job }>(submitted: T, reply: FastifyReply): T {
  reply.header('location', `/api/jobs/${submitted.job.id}`);
  return submitted;
}

/** A job as whoever asks may see it. */
export function seen(job: Job, request: FastifyRequest) {
  return viewOf(job, preferredLanguage(request.headers['accept-language']), Date.now());
}

/** Its id is the right to a job; where there are keys, it takes the key of its caller, too. Throws `job_not_found`. */
export async function jobOf(request: FastifyRequest<{ Params: JobParams }>, jobs: Jobs): Promise<Job> {
  const job = await jobs.get(request.params.id);
  if (request.account?.key !== undefined && job.caller !== callerOf(request)) throw new LangduError('job_not_found');
  return job;
}
