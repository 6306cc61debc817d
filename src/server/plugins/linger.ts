import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const answered = new WeakSet<Socket>();

/**
 * Whether the request that is still arriving on a socket has had its answer: another would be taken for that of the
 * next one.
 */
export function isAnswered(socket: Socket): boolean {
  return answered.has(socket);
}

/**
 * A refusal of a body that is still on its way. Closing now would reset the connection, and the caller, who is still
 * sending, would lose the answer with it. So the rest is read and dropped (Node does that), for as long as a request
 * may take to arrive. A caller who asked for the connection to be closed has it closed once the rest is here.
 */
export function addLingering(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.raw.complete) return;
    // Fastify's own haste; a server that is stopping means it.
    if (reply.errorCode === 'body_too_large') reply.removeHeader('connection');
    if (reply.hasHeader('connection')) return;
    const response = reply.raw;
    const wantsClose = !response.shouldKeepAlive;
    response.shouldKeepAlive = true;
    const { socket } = request.raw;
    answered.add(socket);
    request.raw.once('end', () => {
      answered.delete(socket);
      if (!wantsClose) return;
      if (response.writableFinished) socket.destroySoon();
      else response.once('finish', () => socket.destroySoon());
    });
  });
}
