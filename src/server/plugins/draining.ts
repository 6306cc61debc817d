import type { FastifyInstance } from 'fastify';
import { LangduError } from '../../errors.ts';

/** Once the server is closing, what still arrives on open connections is refused, and the connection with it. */
export function addDraining(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onRequest', async (request, reply) => {
    // What asks how the server is gets its answer for as long as there is one.
    if (!closing || request.routeOptions.url === '/healthz') return;
    reply.header('connection', 'close').header('retry-after', '5');
    throw new LangduError('shutting_down');
  });
}
