/** Where a first-order high pass begins: voices hum in silence, and speech, weak consonants most of all, is above. */
const CORNER = 4000;

/** Decibels above the floor at which something is said; in what the high pass leaves. */
const ABOVE_FLOOR = 6;
/** The threshold stays in here, whatever the floor is: above the lower all is speech that can be heard at all. */
const LOWEST = -66;
const HIGHEST = -50;
const FIRST_FLOOR = -72;
/** The floor follows what is quieter at once, and rises by this a frame of 10 ms otherwise. */
const RISE = 0.03;

/**
 * Tells speech from what a synthetic voice does in between, a frame of 10 ms at a time. A wrong "silence" costs speech,
 * a wrong "speech" only a pause, so in doubt it is speech.
 */
export class VoiceActivity {
  readonly #pole: number;
  #before = 0;
  #high = 0;
  #floor = FIRST_FLOOR;

  constructor(sampleRate: number) {
    this.#pole = 1 / (1 + (2 * Math.PI * CORNER) / sampleRate);
  }

  /** @param frame 10 ms, or at a sentence's end less */
  speech(frame: Float32Array): boolean {
    let power = 0;
    for (const sample of frame) {
      this.#high = this.#pole * (this.#high + sample - this.#before);
      this.#before = sample;
      power += this.#high * this.#high;
    }
    const level = 10 * Math.log10(power / frame.length + 1e-12);
    this.#floor = Math.min(level, this.#floor + RISE);
    return level > Math.max(LOWEST, Math.min(HIGHEST, this.#floor + ABOVE_FLOOR));
  }
}
