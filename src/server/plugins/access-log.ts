import type { FastifyInstance } from 'fastify';
import { outcomeOf } from '../outcome.ts';
import { spokenFields } from '../spoken.ts';

/** One line a request. The route, not the path: a path may hold the name of an audio, which is the right to hear it. */
export function addAccessLog(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    // Not fastify's onResponse, which never comes for a caller that has hung up.
    reply.raw.once('close', () => {
      const { method, routeOptions } = request;
      const ms = Math.round(reply.elapsedTime * 10) / 10;
      const line = { method, route: routeOptions.url ?? 'none', ...outcomeOf(reply), ms, key: request.account?.key };
      const speech = request.spoken === undefined ? {} : spokenFields(request.spoken);
      request.log.info({ ...line, ...speech }, 'request');
    });
  });
}
