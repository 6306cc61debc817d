import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { TestContext } from 'node:test';

/** The way from a server to its Redis, which can be cut: what goes through it is lost then, and nobody gets through. */
export class Cable {
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(to: number) {
    this.#to = to;
  }

  /** @param to a port of loopback */
  static async lay(t: TestContext, to: number): Promise<Cable> {
    const cable = new Cable(to);
    await cable.mend();
    t.after(() => cable.cut());
    return cable;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Connections end, and new ones are refused. */
  cut(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async mend(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(this.#to, '127.0.0.1');
      for (const socket of [near, far]) this.#sockets.add(socket);
      const ended = (): void => {
        for (const socket of [near, far]) this.#sockets.delete(socket.destroy());
      };
      pipeline(near, far, ended);
      pipeline(far, near, ended);
    });
    await once(server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }
}
