import type { FastifyInstance } from 'fastify';

/** One line a request. The route, not the path: a path may hold the name of an audio, which is the right to hear it. */
export function addAccessLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ...(reply.errorCode === undefined ? {} : { code: reply.errorCode }),
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
  });
}
