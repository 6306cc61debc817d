import { readFile, stat } from 'node:fs/promises';
import { LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import { loadReadings } from '../text/always-said.ts';
import { type Entry, parseEntries } from './entries.ts';
import { inSlices } from './slices.ts';
import { WordList } from './word-list.ts';

/** How often the files are looked at. By asking, not by notification: network and container mounts do not notify. */
export const LOOK_EVERY_MS = 1000;
const LARGEST_FILE = 256 * 1024 * 1024;

export interface ListFileOptions {
  readonly files: readonly string[];
  readonly homophones: boolean;
  readonly log: Log;
  readonly lookEveryMs?: number;
}

/** The lists of some files, read again when a file changes. A check goes on with the list it began with. */
export class ListFiles {
  readonly #options: ListFileOptions;
  #list: WordList;
  /** The files' states of the list in use, and as they were seen last. */
  #used: string;
  #seen: string;
  #reloads = 0;
  #failures = 0;
  #reloading: Promise<boolean> | undefined;
  readonly #timer: NodeJS.Timeout;

  private constructor(options: ListFileOptions, list: WordList, used: string) {
    this.#options = options;
    this.#list = list;
    this.#used = used;
    this.#seen = used;
    this.#timer = setInterval(() => void this.#look(), options.lookEveryMs ?? LOOK_EVERY_MS).unref();
  }

  /** Throws `config_invalid` naming the file and the line. */
  static async open(options: ListFileOptions): Promise<ListFiles> {
    const state = await stateOf(options.files);
    return new ListFiles(options, await load(options), state);
  }

  get list(): WordList {
    return this.#list;
  }

  get reloads(): { readonly done: number; readonly failed: number } {
    return { done: this.#reloads, failed: this.#failures };
  }

  /** Reads the files again. False when they are broken: the log says why, and the list before stays. */
  async reload(): Promise<boolean> {
    // One at a time; who asks while one is under way may have changed a file since it was read.
    while (this.#reloading !== undefined) await this.#reloading;
    this.#reloading = this.#replace();
    return this.#reloading.finally(() => {
      this.#reloading = undefined;
    });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #replace(): Promise<boolean> {
    const { files, log } = this.#options;
    const before = performance.now();
    const state = await stateOf(files);
    this.#used = state;
    try {
      this.#list = await load(this.#options);
      this.#reloads += 1;
      const { words, rules } = this.#list;
      log.info({ files, words, rules, ms: Math.round(performance.now() - before) }, 'policy lists reloaded');
      return true;
    } catch (error) {
      this.#failures += 1;
      log.error({ err: error, problem: problemOf(error) }, 'policy lists not reloaded, the lists before stay');
      return false;
    }
  }

  /**
   * Reloads once the files are other than those in use and no longer changing: a list half written would seem whole.
   */
  async #look(): Promise<void> {
    const state = await stateOf(this.#options.files);
    const settled = state === this.#seen;
    this.#seen = state;
    if (settled && state !== this.#used && this.#reloading === undefined) await this.reload();
  }
}

async function load({ files, homophones }: ListFileOptions): Promise<WordList> {
  loadReadings(); // now, and not in the first request
  const entries: Entry[] = [];
  for (const file of files) for (const entry of await readEntries(file)) entries.push(entry);
  return inSlices(WordList.compile(entries, homophones));
}

async function readEntries(file: string): Promise<Entry[]> {
  const broken = (problem: string, cause: unknown) =>
    new LangduError('config_invalid', { problem: `LANGDU_POLICY_LISTS=${file} (${problem})` }, cause);
  const bytes = await read(file).catch((error: NodeJS.ErrnoException) => {
    throw broken(error.code === undefined ? error.message : `${error.code}: a file to read`, error);
  });
  try {
    return await inSlices(parseEntries(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw broken(error instanceof TypeError ? 'not UTF-8' : (error as Error).message, error);
  }
}

async function read(file: string): Promise<Uint8Array> {
  const { size } = await stat(file);
  if (size > LARGEST_FILE) throw new Error(`larger than ${LARGEST_FILE} bytes`);
  return readFile(file);
}

/** What tells that a file was replaced or written to. */
async function stateOf(files: readonly string[]): Promise<string> {
  const states = await Promise.all(
    files.map((file) =>
      stat(file, { bigint: true }).then(
        ({ dev, ino, size, mtimeNs }) => `${dev} ${ino} ${size} ${mtimeNs}`,
        (error: NodeJS.ErrnoException) => error.code ?? 'unreadable',
      ),
    ),
  );
  return states.join('\n');
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
