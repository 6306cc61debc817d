/** How much a new measurement counts against all before it. */
const NEWEST = 0.1;
/** The very first utterances begin slowly, and are soon forgotten. */
const NEWEST_BEGIN = 0.25;
/** Before anything was measured: with the margin that promises begin with (margin.ts) slower than a full-size voice in int8. */
const UNKNOWN_MS_A_SYMBOL = 3;
const UNKNOWN_REAL_TIME = 8;
const UNKNOWN_BEGIN_MS = 60;

/** How fast voices are on this machine, as measured. */
export class Speed {
  private readonly bySymbol = new Map<string, number>();
  private sound: number | undefined;
  private begin: number | undefined;

  /** @param busyMs what a worker computed for so many symbols, which sound for `soundMs` */
  observe(voice: string, symbols: number, busyMs: number, soundMs: number): void {
    this.bySymbol.set(voice, mean(this.bySymbol.get(voice), busyMs / Math.max(1, symbols)));
    this.sound = mean(this.sound, soundMs / Math.max(1, busyMs));
  }

  /** @param ms from when an utterance was given to a worker to its first piece, of each that had none before it */
  observeBegin(ms: number): void {
    this.begin = mean(this.begin, ms, NEWEST_BEGIN);
  }

  /** Milliseconds that so many symbols will take a worker. */
  predict(voice: string, symbols: number): number {
    return symbols * (this.bySymbol.get(voice) ?? UNKNOWN_MS_A_SYMBOL);
  }

  /** Seconds of speech that one worker makes in a second: so many listeners it can serve. */
  get realTime(): number {
    return this.sound ?? UNKNOWN_REAL_TIME;
  }

  /** Milliseconds from when an utterance is given to a worker to its first piece. */
  get beginMs(): number {
    return this.begin ?? UNKNOWN_BEGIN_MS;
  }
}

function mean(known: number | undefined, measured: number, newest = NEWEST): number {
  return known === undefined ? measured : known + newest * (measured - known);
}
