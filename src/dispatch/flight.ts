import type { UtterancePiece } from '../voice/utterance.ts';

/**
 * One utterance on its way, for everybody who wants it: each reader hears every piece from the first on, however late
 * it joins. When the last reader leaves before the end, nobody needs the work: `deserted` is called.
 */
export class Flight {
  readonly pieces: UtterancePiece[] = [];
  /** Resolves when there is a first piece, or there will be none. */
  readonly begun: Promise<void>;
  /** It was on disk. */
  kept = false;
  private begin: () => void = () => undefined;
  private readonly deserted: () => void;
  private readonly sleepers = new Set<() => void>();
  private ended = false;
  private error: unknown;
  private readers = 0;

  constructor(deserted: () => void) {
    this.deserted = deserted;
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
  }

  push(piece: UtterancePiece): void {
    this.pieces.push(piece);
    this.begin();
    this.wake();
  }

  /** Ends it, well or with an error. */
  end(error?: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.error = error;
    this.begin();
    this.wake();
  }

  /** Registers a reader at once, so that the flight is not deserted before it is read. */
  join(): { readonly pieces: AsyncIterable<UtterancePiece>; readonly leave: () => void } {
    this.readers += 1;
    let here = true;
    return {
      pieces: { [Symbol.asyncIterator]: () => this.read() },
      leave: () => {
        if (!here) return;
        here = false;
        this.readers -= 1;
        if (this.readers === 0 && !this.ended) this.deserted();
      },
    };
  }

  private async *read(): AsyncGenerator<UtterancePiece> {
    for (let at = 0; ; at += 1) {
      while (at >= this.pieces.length) {
        if (this.error !== undefined) throw this.error;
        if (this.ended) return;
        await new Promise<void>((resolve) => this.sleepers.add(resolve));
      }
      yield this.pieces[at]!;
    }
  }

  private wake(): void {
    for (const resume of this.sleepers) resume();
    this.sleepers.clear();
  }
}
