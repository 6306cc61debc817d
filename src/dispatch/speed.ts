/** How much a new measurement counts against all before it. */
const NEWEST = 0.1;
/** Before anything was measured: slower than any voice we know, so that promises made then are kept. */
const UNKNOWN_MS_A_SYMBOL = 8;

/** How fast voices are on this machine, as measured: milliseconds of one worker's computing for a symbol. */
export class Speed {
  private readonly bySymbol = new Map<string, number>();

  observe(voice: string, symbols: number, busyMs: number): void {
    const measured = busyMs / Math.max(1, symbols);
    const known = this.bySymbol.get(voice);
    this.bySymbol.set(voice, known === undefined ? measured : known + NEWEST * (measured - known));
  }

  /** Milliseconds that so many symbols will take a worker. */
  predict(voice: string, symbols: number): number {
    return symbols * (this.bySymbol.get(voice) ?? UNKNOWN_MS_A_SYMBOL);
  }
}
