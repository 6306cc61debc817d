/** How much a new measurement counts against all before it. */
const NEWEST = 0.1;
/** The very first utterances begin slowly, and are soon forgotten. */
const NEWEST_BEGIN = 0.25;
/**
 * A start that took longer than so many times what was known counts as this: one stall says nothing of the next start.
 */
const OUTLIER = 4;
/**
 * Before anything was measured: with the margin that promises begin with (margin.ts) slower than a full-size voice in
 * int8.
 */
const UNKNOWN_MS_A_SYMBOL = 3;
const UNKNOWN_REAL_TIME = 8;
const UNKNOWN_BEGIN_MS = 60;

/** What was measured of a voice; undefined until it was. */
interface Measured {
  msASymbol?: number;
  realTime?: number;
  beginMs?: number;
  soonestMs?: number;
}

/** How fast each voice is on this machine, as measured. */
export class Speed {
  private readonly voices = new Map<string, Measured>();

  /** @param busyMs what a worker computed for so many symbols, which sound for `soundMs` */
  observe(voice: string, symbols: number, busyMs: number, soundMs: number): void {
    const known = this.of(voice);
    known.msASymbol = mean(known.msASymbol, busyMs / Math.max(1, symbols));
    known.realTime = mean(known.realTime, soundMs / Math.max(1, busyMs));
  }

  /** @param ms from when an utterance was given to a worker to its first piece, of each that had none before it */
  observeBegin(voice: string, ms: number): void {
    const known = this.of(voice);
    const usual = Math.min(ms, OUTLIER * this.beginMs(voice));
    known.beginMs = mean(known.beginMs, usual, NEWEST_BEGIN);
    known.soonestMs = Math.min(known.soonestMs ?? usual, usual);
  }

  /** Milliseconds that so many symbols will take a worker. */
  predict(voice: string, symbols: number): number {
    return symbols * (this.voices.get(voice)?.msASymbol ?? UNKNOWN_MS_A_SYMBOL);
  }

  /**
   * Seconds of speech that one worker makes in a second when it speaks these voices in turn: so many listeners it can
   * serve. A voice that is there twice counts twice.
   */
  realTime(voices: readonly string[]): number {
    if (voices.length === 0) return UNKNOWN_REAL_TIME;
    const workers = voices.map((voice) => 1 / (this.voices.get(voice)?.realTime ?? UNKNOWN_REAL_TIME));
    return voices.length / workers.reduce((sum, each) => sum + each, 0);
  }

  /** Milliseconds from when an utterance is given to a worker to its first piece. */
  beginMs(voice: string): number {
    return this.voices.get(voice)?.beginMs ?? UNKNOWN_BEGIN_MS;
  }

  /** The shortest that was ever measured of that. */
  soonestMs(voice: string): number {
    return this.voices.get(voice)?.soonestMs ?? 0;
  }

  private of(voice: string): Measured {
    const known = this.voices.get(voice) ?? {};
    this.voices.set(voice, known);
    return known;
  }
}

function mean(known: number | undefined, measured: number, newest = NEWEST): number {
  return known === undefined ? measured : known + newest * (measured - known);
}
