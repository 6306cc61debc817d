import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JobRequest } from '../../src/jobs/job.ts';

const script = fileURLToPath(new URL('./process.js', import.meta.url));

/** A job for a process to accept. */
export interface Order {
  readonly key: string;
  readonly caller: string;
  readonly request: JobRequest;
}

/**
 * What a process says: it is ready; it speaks for a job, has recorded one more sentence of it, speaks no more; it makes
 * a job's audio, and has made it; it has accepted an order, or could not.
 */
export type Word = 'ready' | 'speaking' | 'sentence' | 'spoken' | 'completing' | 'completed' | 'accepted' | 'refused';

/** What a process was at when it was killed; of several things the one that is done least often. */
export type Moment = 'starting' | 'accepting' | 'completing' | 'speaking' | 'idle';

/** A process that does jobs and accepts them, until it is killed. */
export class Victim {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #said = new Map<Word, number>();
  readonly #answers = new Map<string, (id: string | undefined) => void>();
  readonly #listeners = new Set<() => void>();
  #killed = false;
  #over = false;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin!.on('error', () => undefined); // dead before it has read all
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#hear(line));
    this.#closed = once(this.#child, 'close').then(() => this.#end());
  }

  get isReady(): boolean {
    return this.count('ready') > 0;
  }

  /** By us; one that died by itself is not. */
  get isKilled(): boolean {
    return this.#killed;
  }

  count(word: Word): number {
    return this.#said.get(word) ?? 0;
  }

  /** What it is at, as far as it has said; after `kill`, what the kill has hit. */
  get moment(): Moment {
    if (this.count('ready') === 0 && this.count('speaking') === 0) return 'starting';
    if (this.#answers.size > 0) return 'accepting';
    if (this.count('completing') > this.count('completed')) return 'completing';
    return this.count('speaking') > this.count('spoken') ? 'speaking' : 'idle';
  }

  /** The id of the job, or undefined when no answer came: it was killed before, or the store was too busy. */
  accept(order: Order): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (this.#over) return resolve(undefined);
      this.#answers.set(order.key, resolve);
      this.#child.stdin!.write(`${JSON.stringify(order)}\n`);
    });
  }

  /** Until `fits`, asked whenever it has said something; or it is dead; or it was idle for `idleMs`. */
  async until(fits: () => boolean, idleMs: number): Promise<void> {
    for (let idleSince = performance.now(); !this.#over && !fits(); ) {
      if (this.moment !== 'idle') idleSince = performance.now();
      else if (performance.now() - idleSince > idleMs) return;
      await this.#news(50);
    }
  }

  async kill(): Promise<void> {
    this.#killed = this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** As a server is asked to stop. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#closed;
  }

  #hear(line: string): void {
    const [word, key = '', id] = line.split(' ') as [Word, string?, string?];
    this.#said.set(word, this.count(word) + 1);
    if (word === 'accepted' || word === 'refused') {
      this.#answers.get(key)?.(id);
      this.#answers.delete(key);
    }
    this.#tell();
  }

  /** Its last words were heard. Orders without an answer stay: they say what it was at. */
  #end(): void {
    this.#over = true;
    for (const answer of this.#answers.values()) answer(undefined);
    this.#tell();
  }

  #news(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#listeners.add(done);
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
