import type { FastifyInstance } from 'fastify';

/** `GET /healthz`: the process is up and its event loop turns. */
export function addHealthRoute(app: FastifyInstance): void {
  app.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { status: 'ok' };
  });
}
