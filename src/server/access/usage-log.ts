import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../log.ts';

/** What one request used. No text, and no address. */
export interface Usage {
  /** When it ended, ISO 8601 in UTC. */
  readonly time: string;
  readonly requestId: string;
  /** The key's name; null where there are no keys. */
  readonly key: string | null;
  readonly route: string;
  readonly voice: string;
  readonly lane: string;
  readonly characters: number;
  readonly audioSeconds: number;
  /** Of the answer; 499 for a caller that hung up. */
  readonly status: number;
}

/** A disk that takes no lines is spoken of once in this time, not once a request. */
const COMPLAIN_MS = 60_000;

/**
 * Appends a line of JSON for each request that spoke to `usage-<day>.jsonl`: what bills are made of. A line is one
 * write to a file that is only ever appended to, so several servers may share the folder. A disk that fails costs
 * lines, never answers.
 */
export class UsageLog {
  readonly #folder: string;
  readonly #log: Log;
  #day = '';
  #file: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();
  #lost = 0;
  #complained = 0;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  record(usage: Usage): void {
    this.#writing = this.#writing.then(() => this.#append(usage)).catch((error: unknown) => this.#fail(error));
  }

  /** Resolves when every line is written. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #append(usage: Usage): Promise<void> {
    const day = usage.time.slice(0, 10);
    if (this.#file === undefined || day !== this.#day) {
      await this.#file?.close();
      this.#file = undefined;
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      this.#file = await open(join(this.#folder, `usage-${day}.jsonl`), 'a', 0o600);
      this.#day = day;
    }
    await this.#file.appendFile(`${JSON.stringify(usage)}\n`);
  }

  async #fail(error: unknown): Promise<void> {
    this.#lost += 1;
    // Opened anew at the next line: the folder may have come back as another.
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
    if (Date.now() - this.#complained < COMPLAIN_MS) return;
    this.#complained = Date.now();
    this.#log.error({ err: error, lost: this.#lost }, 'the usage log cannot be written');
  }
}
