import type { FastifyInstance } from 'fastify';
import { LangduError } from '../../errors.ts';

/** HTTP/1.1 wants one Host (RFC 9112 §3.2). Node would refuse its absence as well, but without a body that says so. */
export function addHostCheck(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    if (raw.httpVersion === '1.0' || raw.headersDistinct.host?.length === 1) return;
    reply.header('connection', 'close');
    throw new LangduError('http_malformed');
  });
}
