import { setInterval as every } from 'node:timers';
import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasEnded } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { sendStream } from '../outflow.ts';
import type { ServerParts } from '../parts.ts';
import { JobParams } from '../schemas/jobs.ts';
import { serverSentEvent } from '../speech-events.ts';
import { UnderWay } from '../under-way.ts';
import { asking, jobOf, seen } from './jobs.ts';

/** Said when nothing happens, so that no proxy takes the connection for dead. */
const BEAT_MS = 15_000;
/** A listener says nothing that we read. */
const MAX_PAYLOAD = 1024;

/** `GET /api/jobs/<id>/events` and `/ws`: a job's progress, as server-sent events or over a WebSocket. */
export function addJobProgressRoutes(app: FastifyInstance, { stop }: ServerParts, jobs: Jobs): void {
  const underWay = new UnderWay(stop);

  app.get<{ Params: JobParams }>(
    '/api/jobs/:id/events',
    {
      schema: {
        summary: "A job's progress as server-sent events",
        description:
          '`progress` with the job whenever it has changed, and at the end one event named by its last state.',
        tags: ['Jobs'],
        produces: ['text/event-stream'],
        errors: asking,
        params: JobParams,
      },
      exposeHeadRoute: false,
    },
    async (request, reply) => {
      await jobOf(request, jobs);
      const events = withBeats(progress(request, jobs, underWay.signal(reply)));
      return sendStream(reply, 'text/event-stream; charset=utf-8', events);
    },
  );

  app.register(async (scope) => {
    await scope.register(websocket, { options: { maxPayload: MAX_PAYLOAD } });
    scope.get<{ Params: JobParams }>(
      '/api/jobs/:id/ws',
      {
        websocket: true,
        schema: {
          summary: "A job's progress over a WebSocket",
          description: 'The job as a message of JSON whenever it has changed; closed with 1000 at its end.',
          tags: ['Jobs'],
          errors: asking,
          params: JobParams,
        },
        preHandler: async (request) => void (await jobOf(request, jobs)),
      },
      async (socket, request) => {
        const gone = new AbortController();
        const leave = (): void => gone.abort();
        socket.on('close', leave);
        stop?.addEventListener('abort', leave, { once: true });
        const beat = every(() => socket.ping(), BEAT_MS);
        try {
          for await (const job of jobs.watch(request.params.id, gone.signal)) {
            socket.send(JSON.stringify(seen(job, request)));
          }
          socket.close(stop?.aborted ? 1001 : 1000);
        } catch (error) {
          request.log.warn({ err: error }, 'progress broke off');
          socket.close(1011);
        } finally {
          clearInterval(beat);
          stop?.removeEventListener('abort', leave);
        }
      },
    );
  });
}

/** `progress` while the job is under way; at its end an event named by its last state. */
async function* progress(
  request: FastifyRequest<{ Params: JobParams }>,
  jobs: Jobs,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for await (const job of jobs.watch(request.params.id, signal)) {
    yield serverSentEvent(hasEnded(job) ? job.state : 'progress', seen(job, request));
  }
}

async function* withBeats(events: AsyncGenerator<string>): AsyncGenerator<string> {
  let next = events.next();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const beat = new Promise<'beat'>((resolve) => {
        timer = setTimeout(() => resolve('beat'), BEAT_MS);
      });
      const first = await Promise.race([next, beat]);
      clearTimeout(timer);
      if (first === 'beat') {
        yield ': \n\n';
        continue;
      }
      if (first.done) return;
      yield first.value;
      next = events.next();
    }
  } finally {
    await events.return(undefined);
  }
}
