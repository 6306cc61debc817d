import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Metrics } from '../metrics.ts';

/**
 * The server's connections: how many there are, and who gives way when there are too many. A connection without a
 * request is idle; at the limit the one that has been so for longest is closed, since a caller that means to ask asks
 * at once. So ten thousand idle connections keep nobody out.
 */
export class Connections {
  /** Oldest first, each with the bytes that had come when it became idle: more are the beginning of a request. */
  readonly #idle = new Map<Socket, number>();
  /** With what each is to answer yet. */
  readonly #busy = new Map<Socket, Set<ServerResponse>>();
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
      this.#began(request.socket, response);
      response.once('close', () => this.#ended(request.socket, response));
    });
    // What Node calls when the server closes. It would destroy them, and with its process, where that has a network of
    // its own, what the kernel holds for a slow reader: minutes of speech that was written long ago.
    server.closeIdleConnections = () => this.#endIdle();
    metrics.onRead(() => {
      metrics.connections.set({ state: 'busy' }, this.#busy.size);
      metrics.connections.set({ state: 'idle' }, this.#idle.size);
    });
  }

  /** From now on a connection ends with the request that it is in; the server's own close ends those in none. */
  drain(): void {
    this.#draining = true;
  }

  /**
   * Ends our side of those between two requests; they close once their callers have read all that was sent, and do as
   * much. Who never asked has nothing to read.
   */
  #endIdle(): void {
    for (const [socket, read] of this.#idle) {
      if (socket.bytesRead === 0) socket.destroy();
      else if (socket.bytesRead === read) socket.end();
    }
  }

  #opened(socket: Socket): void {
    socket.once('close', () => {
      const left = this.#busy.get(socket) ?? [];
      this.#idle.delete(socket);
      this.#busy.delete(socket);
      for (const response of left) closeQueued(response);
    });
    if (this.#idle.size + this.#busy.size >= this.#limit && !this.#makeRoom()) {
      this.#metrics.connectionsClosed.inc({ reason: 'full' });
      socket.destroy();
      return;
    }
    this.#idle.set(socket, 0);
  }

  #makeRoom(): boolean {
    const [oldest] = this.#idle.keys();
    if (oldest === undefined) return false;
    this.#metrics.connectionsClosed.inc({ reason: 'idle' });
    this.#idle.delete(oldest);
    oldest.destroy();
    return true;
  }

  #began(socket: Socket, response: ServerResponse): void {
    this.#idle.delete(socket);
    // Pipelined requests of one connection overlap.
    const open = this.#busy.get(socket);
    if (open === undefined) this.#busy.set(socket, new Set([response]));
    else open.add(response);
  }

  #ended(socket: Socket, response: ServerResponse): void {
    const open = this.#busy.get(socket);
    if (!open?.delete(response) || open.size > 0) return;
    this.#busy.delete(socket);
    if (socket.destroyed) return;
    if (this.#draining) socket.end();
    else this.#idle.set(socket, socket.bytesRead);
  }
}

/**
 * Node tells the response that a socket was sending of the socket's end, and forgets those queued behind it: whoever
 * waits for their `close` would wait for ever.
 */
function closeQueued(response: ServerResponse): void {
  if (response.socket !== null) return;
  response.destroy();
  response.emit('close');
}
