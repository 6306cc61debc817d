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
  private readonly waiting = new Set<Listener>();
  private readonly listening = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;

  constructor(onLull: () => void) {
    this.onLull = onLull;
  }

  enter(): Listener {
    const listener: Listener = {
      hears: () => {
        if (!this.waiting.delete(listener)) return;
        this.listening.add(listener);
        this.look();
      },
      leaves: () => {
        if (this.waiting.delete(listener) || this.listening.delete(listener)) this.look();
      },
    };
    this.waiting.add(listener);
    this.look();
    return listener;
  }

  private look(): void {
    clearTimeout(this.timer);
    const isLull = this.waiting.size === 0 && this.listening.size <= 1;
    if (isLull) this.timer = setTimeout(this.onLull, SETTLED_MS).unref();
  }
}
