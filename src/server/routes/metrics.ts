import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../metrics.ts';

/** `GET /metrics`: the process's metrics, in the Prometheus text format. */
export function addMetricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get(
    '/metrics',
    { schema: { summary: 'Metrics, for Prometheus', tags: ['Server'], produces: ['text/plain'] } },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store').type(metrics.contentType);
      return metrics.text();
    },
  );
}
