import { once } from 'node:events';
import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { LangduError } from '../errors.ts';

/** Where audio goes. */
export interface Sink {
  write(bytes: Uint8Array): Promise<void> | void;
  /** `head`: other first bytes, now that the length is known. */
  finish(head: Uint8Array | undefined): void;
  abandon(): void;
}

/** stdout, at the reader's pace. Its header cannot be mended, so it says "until the stream ends". */
export class PipeSink implements Sink {
  async write(bytes: Uint8Array): Promise<void> {
    if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
  }

  finish(): void {}

  abandon(): void {}
}

/**
 * A file that is there when it is complete: until then it is written beside its place, so that neither a refused
 * request nor an interrupted one destroys what stood there. A device or a pipe is written as it is.
 */
export class FileSink implements Sink {
  private readonly path: string;
  private readonly draft: string;
  private file: number | undefined;

  constructor(path: string) {
    this.path = path;
    const plain = statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
    this.draft = plain ? `${path}.part` : path;
  }

  write(bytes: Uint8Array): void {
    this.writing(() => {
      this.file ??= openSync(this.draft, 'w');
      writeSync(this.file, bytes);
    });
  }

  finish(head: Uint8Array | undefined): void {
    const { file } = this;
    if (file === undefined) return;
    this.writing(() => {
      if (this.draft !== this.path && head !== undefined) writeSync(file, head, 0, head.length, 0);
      closeSync(file);
      if (this.draft !== this.path) renameSync(this.draft, this.path);
    });
  }

  abandon(): void {
    if (this.file === undefined) return;
    closeSync(this.file);
    if (this.draft !== this.path) rmSync(this.draft, { force: true });
  }

  private writing(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new LangduError('file_unwritable', { path: this.path }, error);
    }
  }
}
