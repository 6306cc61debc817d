import { once } from 'node:events';
import { createServer } from 'node:net';

const given = new Set<number>();

/**
 * A port of loopback that is free, and stays so while nobody listens on it: below those that a machine hands out by
 * itself, so that no connection of another test has it by chance when a server comes back to it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (given.has(port)) continue;
    given.add(port);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue; // somebody's
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
