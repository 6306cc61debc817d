/** By then who has just begun to listen has some sound in hand, in milliseconds. */
const SETTLED_MS = 100;

/** Somebody who wants to hear something. */
export interface Listener {
  /** He hears it now, and waits no longer. */
  hears(): void;
  leaves(): void;
}

/**
 * Notices when nobody waits for a first sound and one at most listens: the time for what would hold up the next who
 * comes. With more listeners somebody new comes all the time, and short interruptions harm less than a long one.
 */
export class Lull {
  private readonly onLull: () => void;
  private waiting = 0;
  private listening = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(onLull: () => void = () => undefined) {
    this.onLull = onLull;
  }

  enter(): Listener {
    this.waiting += 1;
    let hears = false;
    let here = true;
    this.look();
    return {
      hears: () => {
        if (hears || !here) return;
        hears = true;
        this.waiting -= 1;
        this.listening += 1;
        this.look();
      },
      leaves: () => {
        if (!here) return;
        here = false;
        if (hears) this.listening -= 1;
        else this.waiting -= 1;
        this.look();
      },
    };
  }

  private look(): void {
    clearTimeout(this.timer);
    if (this.waiting === 0 && this.listening <= 1) this.timer = setTimeout(this.onLull, SETTLED_MS).unref();
  }
}
