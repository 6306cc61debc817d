import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { contentTypeOf, newName, type ResultKind } from '../names.ts';
import type { Retention } from '../retention.ts';
import type { PendingResult } from '../store.ts';
import { isFull, storing } from './failing.ts';
import { type FileShelf, partialName, TYPE_SUFFIX } from './shelf.ts';
import { writeAll } from './write-all.ts';
import type { FileWriter } from './writer.ts';

export interface FileParts {
  readonly shelf: FileShelf;
  readonly writer: FileWriter;
  readonly retention: Retention;
}

/** How often retention may make room for one write before the disk counts as full. */
const TRIES = 4;

/** A result being written under another name, which it sheds when it is complete. */
export class FilePending implements PendingResult {
  readonly name: string;
  readonly #kind: ResultKind;
  readonly #parts: FileParts;
  readonly #partial: string;
  readonly #file: FileHandle;
  #size = 0;
  #open = true;

  private constructor(name: string, kind: ResultKind, parts: FileParts, file: FileHandle) {
    this.name = name;
    this.#kind = kind;
    this.#parts = parts;
    this.#partial = parts.shelf.path(partialName(name, parts.writer.id));
    this.#file = file;
    parts.writer.begins(file);
  }

  static async create(kind: ResultKind, parts: FileParts): Promise<FilePending> {
    const { shelf, writer, retention } = parts;
    const name = newName(kind);
    const path = shelf.path(partialName(name, writer.id));
    const file = await storing(() => withRoom(retention, 0, () => open(path, 'wx', 0o600)));
    return new FilePending(name, kind, parts, file);
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#orDrop(async () => {
      const { retention } = this.#parts;
      const at = this.#size;
      await retention.write(bytes.byteLength, at, this.#expected, () => {
        this.#size += bytes.byteLength;
        // What a full disk took of them is written once more: the position is the same.
        return withRoom(retention, bytes.byteLength, () => writeAll(this.#file, bytes, at));
      });
    });
  }

  async commit(head?: Uint8Array): Promise<void> {
    await this.#orDrop(async () => {
      const { shelf, retention, writer } = this.#parts;
      if (head !== undefined) await withRoom(retention, 0, () => writeAll(this.#file, head, 0));
      const { contentType: type, durable = false } = this.#kind;
      if (durable) await withRoom(retention, 0, () => this.#file.datasync());
      // Closed before it is renamed: an error the disk reports late must still fail the request.
      writer.ended(this.#file);
      await this.#file.close();
      const path = shelf.path(this.name);
      if (type !== undefined && type !== contentTypeOf(this.name)) {
        await withRoom(retention, 0, () => writeFile(path + TYPE_SUFFIX, type, { mode: 0o600 }));
      }
      await withRoom(retention, 0, () => rename(this.#partial, path));
      if (durable) await syncFolder(path);
      this.#open = false;
      retention.completed(this.name, this.#size, this.#expected);
    });
  }

  async abort(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close().catch(() => undefined);
    await rm(this.#partial, { force: true }).catch(() => undefined);
    await rm(this.#parts.shelf.path(this.name + TYPE_SUFFIX), { force: true }).catch(() => undefined);
    this.#parts.retention.dropped(this.#size, this.#expected);
    this.#parts.writer.ended(this.#file);
  }

  get #expected(): number {
    return this.#kind.expectedBytes ?? 0;
  }

  async #orDrop(work: () => Promise<void>): Promise<void> {
    if (!this.#open) throw new Error('the result has been committed or aborted');
    try {
      await storing(work);
    } catch (error) {
      await this.abort();
      throw error;
    }
  }
}

/** On a full disk, again after retention has made room. */
async function withRoom<T>(retention: Retention, bytes: number, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isFull(error) || tries === TRIES || !(await retention.makeRoom(bytes))) throw error;
    }
  }
}

/** So that the name survives a loss of power as well; not every system lets a folder be opened for it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => undefined);
  await folder?.datasync().catch(() => undefined);
  await folder?.close();
}
