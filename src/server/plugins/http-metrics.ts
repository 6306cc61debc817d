import type { FastifyInstance } from 'fastify';
import { catalogue } from '../../errors.ts';
import type { Metrics } from '../../metrics.ts';

/** Counts requests by route and status, refusals by code, and connections when somebody asks. */
export function addHttpMetrics(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => {
      const finished = reply.raw.writableFinished;
      const status = String(finished ? reply.statusCode : catalogue.cancelled.status);
      // The route's pattern: a path would be a label that callers make up.
      metrics.requests.inc({ route: request.routeOptions.url ?? 'none', method: request.method, status });
      const code = finished ? reply.errorCode : 'cancelled';
      if (code !== undefined) metrics.refused.inc({ code });
    });
  });
}
