import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Metrics } from '../metrics.ts';

/**
 * The server's connections: how many there are, and who gives way when there are too many. A connection without a request is idle; at
 * the limit the one that has been so for longest is closed, since a caller that means to ask asks at once. So ten thousand
 * idle connections keep nobody out.
 */
export class Connections {
  /** Oldest first. */
  readonly #idle = new Set<Socket>();
  readonly #busy = new Map<Socket, number>();
  readonly #limit: number;
  readonly #metrics: Metrics;
  #draining = false;

  constructor(server: Server, limit: number, metrics: Metrics) {
    this.#limit = limit;
    this.#metrics = metrics;
    server.on('connection', (socket: Socket) => this.#opened(socket));
    // Before fastify's own listener: a request counts from when its head is here.
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      // Each part that follows a request to its end listens for it; that they are more than ten is no leak.
      response.setMaxListeners(20);
      this.#began(request.socket);
      response.once('close', () => this.#ended(request.socket));
    });
    metrics.onRead(() => {
      metrics.connections.set({ state: 'busy' }, this.#busy.size);
      metrics.connections.set({ state: 'idle' }, this.#idle.size);
    });
  }

  /** From now on a connection ends with the request that it is in. */
  drain(): void {
    this.#draining = true;
    // Those between two requests are closed by the server's own close; it waits for those that never sent anything.
    for (const socket of this.#idle) if (socket.bytesRead === 0) socket.destroy();
  }

  #opened(socket: Socket): void {
    socket.once('close', () => {
      this.#idle.delete(socket);
      this.#busy.delete(socket);
    });
    if (this.#idle.size + this.#busy.size >= this.#limit && !this.#makeRoom()) {
      this.#metrics.connectionsClosed.inc({ reason: 'full' });
      socket.destroy();
      return;
    }
    this.#idle.add(socket);
  }

  #makeRoom(): boolean {
    const [oldest] = this.#idle;
    if (oldest === undefined) return false;
    this.#metrics.connectionsClosed.inc({ reason: 'idle' });
    this.#idle.delete(oldest);
    oldest.destroy();
    return true;
  }

  #began(socket: Socket): void {
    this.#idle.delete(socket);
    // Pipelined requests of one connection overlap.
    this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + 1);
  }

  #ended(socket: Socket): void {
    const requests = (this.#busy.get(socket) ?? 1) - 1;
    if (requests > 0) {
      this.#busy.set(socket, requests);
      return;
    }
    if (!this.#busy.delete(socket) || socket.destroyed) return;
    if (this.#draining) socket.destroySoon();
    else this.#idle.add(socket);
  }
}
