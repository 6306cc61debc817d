import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../metrics.ts';
import { outcomeOf } from '../outcome.ts';

/** Counts requests by route and status, refusals by code, and connections when somebody asks. */
export function addHttpMetrics(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => {
      const { status, code } = outcomeOf(reply);
      const { method, routeOptions } = request;
      // The route's pattern: a path would be a label that callers make up.
      metrics.requests.inc({ route: routeOptions.url ?? 'none', method, status: String(status) });
      if (code !== undefined) metrics.refused.inc({ code });
    });
  });
}
