import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

const SANE = /^[\w.:-]{1,128}$/;

/** The caller's `x-request-id` when it is one that may stand in a header and a log line; a new one otherwise. */
export function requestId(incoming: string | readonly string[] | undefined): string {
  return typeof incoming === 'string' && SANE.test(incoming) ? incoming : randomUUID();
}

/** Puts the request's id on every response. */
export function addRequestId(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
}
