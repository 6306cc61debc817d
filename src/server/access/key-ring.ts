import { createHash, timingSafeEqual } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import type { Log } from '../../log.ts';
import { type ApiKey, type CallerLimits, readKeyFile } from './key-file.ts';

/**
 * How often the file is looked at. By its state, not by events: a mounted secret is replaced by a link to another
 * folder.
 */
const LOOK_MS = 1_000;

/**
 * The API keys in force. They follow their file; a file that became wrong changes nothing, and the log says what is
 * wrong.
 */
export class KeyRing {
  #keys: readonly ApiKey[];
  readonly #path: string;
  readonly #reload: () => void;

  /** Throws `config_invalid` as `readKeyFile` does. */
  constructor(path: string, defaults: CallerLimits, log: Log) {
    this.#path = path;
    this.#keys = readKeyFile(path, defaults);
    this.#reload = () => {
      try {
        this.#keys = readKeyFile(path, defaults);
        log.info({ keys: this.#keys.length }, 'API keys read again');
      } catch (error) {
        log.error(
          { err: error, problem: (error as Error).message },
          'API keys cannot be read again, the old ones stay',
        );
      }
    };
    watchFile(path, { interval: LOOK_MS, persistent: false }, this.#reload);
  }

  /** Whose key this is. Every key is compared, in constant time, whether one matched or not. */
  find(presented: string): ApiKey | undefined {
    const hash = createHash('sha256').update(presented).digest();
    let found: ApiKey | undefined;
    for (const key of this.#keys) if (timingSafeEqual(key.hash, hash)) found = key;
    return found;
  }

  close(): void {
    unwatchFile(this.#path, this.#reload);
  }
}
