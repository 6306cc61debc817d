import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.ts';
import { ensureDebianPackage } from '../install.ts';

/** A Redis of the test's own: a process on a free port of loopback, with an append-only file that outlives it. */
export class RedisServer {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'langdu-redis-'));
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  /** Of a test: it ends with the test file. */
  static async start(): Promise<RedisServer> {
    const server = await RedisServer.launch();
    after(() => server.remove());
    return server;
  }

  /** Whoever launches it removes it. */
  static async launch(): Promise<RedisServer> {
    ensureDebianPackage('redis-server', '/usr/bin/redis-server');
    const server = new RedisServer(await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.#process = spawn(
      '/usr/bin/redis-server',
      [
        ...['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''],
        ...['--appendonly', 'yes', '--appendfsync', 'always', '--loglevel', 'warning'],
      ],
      { stdio: 'ignore' },
    );
    await this.answers();
  }

  /** SIGKILL: what was not in the file is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops answering without closing anything. */
  pause(): void {
    this.#process!.kill('SIGSTOP');
  }

  resume(): void {
    this.#process!.kill('SIGCONT');
  }

  /** Closes every connection there is. */
  async cutOff(): Promise<void> {
    const redis = new Redis(this.port, '127.0.0.1');
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    redis.disconnect();
  }

  async empty(): Promise<void> {
    const redis = new Redis(this.port, '127.0.0.1');
    await redis.flushall();
    redis.disconnect();
  }

  async remove(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    const redis = new Redis(this.port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    await redis.ping();
    redis.disconnect();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
}
