import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../readiness.ts';

/** `GET /healthz`: the process is up and its event loop turns. */
export function addHealthRoute(app: FastifyInstance): void {
  app.get(
    '/healthz',
    { schema: { summary: 'Whether the process answers', tags: ['Server'] } },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { status: 'ok' };
    },
  );
}

/** `GET /readyz`: whether to send requests here. */
export function addReadyRoute(app: FastifyInstance, readiness: Readiness): void {
  app.get(
    '/readyz',
    { schema: { summary: 'Whether to send requests here', tags: ['Server'], errors: ['not_ready'] } },
    async (_request, reply) => {
      const refusal = readiness.refusal();
      if (refusal !== undefined) throw refusal;
      reply.header('cache-control', 'no-store');
      return { status: 'ready' };
    },
  );
}
