import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { isRunning, machineDigest, type ProcessId, thisProcess } from '../process-id.ts';

const HEARTBEAT_MS = 30_000;
/**
 * A file of another machine that was not touched for so long: its process is gone, or cannot reach the folder either.
 */
export const SILENT_MS = 10 * 60_000;

/** `<machine>-<pid>-<start>-<random>` */
export const WRITER = /[0-9a-f]{12}-\d+-\d*-[0-9a-f]{8}/;

/**
 * This process as a writer of a folder. What it has half written carries its id and is touched while it lives, so that
 * whoever looks the folder through knows the work of the living from what the dead have left.
 */
export class FileWriter {
  readonly id: string;
  readonly #files = new Set<FileHandle>();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    const { machine, pid, started } = thisProcess();
    this.id = [machineDigest(machine), pid, started, randomBytes(4).toString('hex')].join('-');
  }

  begins(file: FileHandle): void {
    this.#files.add(file);
    this.#timer ??= setInterval(() => void this.#touch(), HEARTBEAT_MS).unref();
  }

  ended(file: FileHandle): void {
    this.#files.delete(file);
    if (this.#files.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #touch(): Promise<void> {
    const now = new Date();
    for (const file of this.#files) await file.utimes(now, now).catch(() => undefined); // closed meanwhile
  }
}

/** Whether the process of this id still writes the file that was last touched at `touchedMs`. */
export function isWriting(id: string, touchedMs: number): boolean {
  const [digest, pid, started = ''] = id.split('-');
  const { machine } = thisProcess();
  const here = digest === machineDigest(machine);
  const process: ProcessId = { machine, pid: Number(pid), started };
  return here ? isRunning(process) === true : Date.now() - touchedMs < SILENT_MS;
}
