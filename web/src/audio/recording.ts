/** A peak is of this many seconds. */
const PEAK_SECONDS = 0.01;

/** Samples that grow while they are made: mono, 16 bit. */
export class Recording extends EventTarget {
  readonly sampleRate: number;
  #samples: Int16Array<ArrayBuffer>;
  #length = 0;
  #complete = false;
  #odd: number | undefined;
  readonly #peaks: number[] = [];

  /** @param samples all of them, of a recording that is complete */
  constructor(sampleRate: number, samples?: Int16Array<ArrayBuffer>) {
    super();
    this.sampleRate = sampleRate;
    this.#samples = samples ?? new Int16Array(sampleRate * 10);
    if (samples === undefined) return;
    this.#length = samples.length;
    this.#complete = true;
    this.#measure();
  }

  /** Samples so far. */
  get length(): number {
    return this.#length;
  }

  get seconds(): number {
    return this.#length / this.sampleRate;
  }

  get complete(): boolean {
    return this.#complete;
  }

  get samples(): Int16Array<ArrayBuffer> {
    return this.#samples.subarray(0, this.#length);
  }

  /** More of it: little-endian bytes, which may end inside of a sample. Tells `grow`. */
  append(bytes: Uint8Array): void {
    const whole = this.#odd === undefined ? bytes : Uint8Array.of(this.#odd, ...bytes);
    const count = whole.length >> 1;
    this.#odd = whole.length % 2 === 1 ? whole[whole.length - 1] : undefined;
    this.#reserve(this.#length + count);
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    for (let i = 0; i < count; i += 1) this.#samples[this.#length + i] = view.getInt16(2 * i, true);
    this.#length += count;
    this.#measure();
    this.dispatchEvent(new Event('grow'));
  }

  /** Nothing more comes, whether all was made or not. Tells `complete`. */
  finish(): void {
    if (this.#complete) return;
    this.#complete = true;
    this.#samples = this.#samples.slice(0, this.#length);
    this.dispatchEvent(new Event('complete'));
  }

  /** Samples `from` … `to`, −1 … 1. */
  slice(from: number, to: number): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#samples.subarray(from, to), (sample) => sample / 32768);
  }

  /** The loudest of each of `count` equal stretches of `seconds`, 0 … 1; zero where nothing is yet. */
  peaks(count: number, seconds: number): Float32Array {
    const drawn = new Float32Array(count);
    const each = count / Math.max(seconds / PEAK_SECONDS, 1);
    for (const [i, peak] of this.#peaks.entries()) {
      const at = Math.min(count - 1, Math.floor(i * each));
      drawn[at] = Math.max(drawn[at]!, peak);
      // Fewer peaks than stretches: one fills those up to the next.
      for (let more = at + 1; more < Math.min(count, Math.floor((i + 1) * each)); more += 1) drawn[more] = peak;
    }
    return drawn;
  }

  #measure(): void {
    const each = Math.round(this.sampleRate * PEAK_SECONDS);
    const ready = this.#complete ? Math.ceil(this.#length / each) : Math.floor(this.#length / each);
    while (this.#peaks.length < ready) {
      const from = this.#peaks.length * each;
      let peak = 0;
      for (const sample of this.#samples.subarray(from, Math.min(from + each, this.#length))) {
        peak = Math.max(peak, Math.abs(sample));
      }
      this.#peaks.push(peak / 32768);
    }
  }

  #reserve(length: number): void {
    if (length <= this.#samples.length) return;
    const larger = new Int16Array(Math.max(length, 2 * this.#samples.length));
    larger.set(this.#samples.subarray(0, this.#length));
    this.#samples = larger;
  }
}
