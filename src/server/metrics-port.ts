import { createServer, type Server } from 'node:http';
import type { Settings } from '../config/settings.ts';
import { LangduError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';

/** `GET /metrics` on a port of its own. Throws `listen_failed` when the address cannot be had. */
export async function serveMetrics(
  metrics: Metrics,
  { metricsHost: host, metricsPort: port }: Pick<Settings, 'metricsHost' | 'metricsPort'>,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    const here = request.method === 'GET' && request.url?.split('?', 1)[0] === '/metrics';
    const text = here ? await metrics.text() : '';
    response
      .writeHead(here ? 200 : 404, { 'content-type': metrics.contentType, 'cache-control': 'no-store' })
      .end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new LangduError('listen_failed', { address: `${host}:${port}`, problem: error.code ?? error.name }, error),
      );
    });
    server.listen({ host, port }, resolve);
  });
  return server;
}
