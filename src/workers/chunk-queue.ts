import type { SpeechChunk } from '../speech.ts';

/** Pieces on their way from a worker to the one who reads them; ends with `finish` or `fail`, whichever is first. */
export class ChunkQueue implements AsyncIterable<SpeechChunk> {
  private readonly chunks: SpeechChunk[] = [];
  private ended = false;
  private error: Error | undefined;
  private wake: (() => void) | undefined;

  /** Pieces that nobody has taken yet. */
  get length(): number {
    return this.chunks.length;
  }

  push(chunk: SpeechChunk): void {
    if (this.ended) return;
    this.chunks.push(chunk);
    this.wake?.();
  }

  finish(): void {
    this.ended = true;
    this.wake?.();
  }

  /** Ends at once: pieces not yet taken are dropped. */
  fail(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.error = error;
    this.chunks.length = 0;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SpeechChunk> {
    for (;;) {
      if (this.error !== undefined) throw this.error;
      const next = this.chunks.shift();
      if (next !== undefined) yield next;
      else if (this.ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = undefined;
      }
    }
  }
}
