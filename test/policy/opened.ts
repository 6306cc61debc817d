import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { loadSettings } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { openPolicy, type Policy } from '../../src/policy/policy.ts';
import type { Seen } from './hook-service.ts';

/** A test or a suite. */
export interface Scope {
  after(work: () => unknown): void;
}

export interface Service {
  /** `http://127.0.0.1:1234` */
  readonly url: string;
  /** The requests it has seen, once there are so many; they come on another way than answers. */
  seen(count: number): Promise<readonly Seen[]>;
}

/** The service in a process of its own, for as long as the test runs. */
export async function startService(t: Scope): Promise<Service> {
  const child = fork(fileURLToPath(new URL('./hook-service.js', import.meta.url)));
  t.after(() => child.disconnect());
  const [port] = await once(child, 'message');
  const seen: Seen[] = [];
  child.on('message', (message) => seen.push(message as Seen));
  return {
    url: `http://127.0.0.1:${port}`,
    async seen(count) {
      while (seen.length < count) await once(child, 'message');
      return seen;
    },
  };
}

export interface OpenedPolicy {
  readonly policy: Policy;
  /** What was logged so far, as objects. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** A policy with settings as the environment has them, closed after the test. */
export async function opened(t: Scope, env: Record<string, string>): Promise<OpenedPolicy> {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    decodeStrings: false,
    write(line, _, done) {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  const policy = await openPolicy(loadSettings(env), createLog('info', sink));
  t.after(() => policy.close());
  return { policy, lines };
}
