/** A filter of second order in direct form II transposed. */
interface Section {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/**
 * The K-weighting of ITU-R BS.1770-4, annex 1, at any sample rate: the standard gives coefficients for 48 kHz, and the
 * analogue filters behind them (Brecht De Man, 2014) are transformed anew here.
 */
export class KWeighting {
  readonly #sections: readonly [Section, Section];
  readonly #state = new Float64Array(4);

  constructor(sampleRate: number) {
    this.#sections = [shelf(sampleRate), highPass(sampleRate)];
  }

  /** One sample, weighted. */
  next(sample: number): number {
    const state = this.#state;
    let value = sample;
    for (let i = 0; i < 2; i += 1) {
      const { b, a } = this.#sections[i]!;
      const out = b[0] * value + state[2 * i]!;
      state[2 * i] = b[1] * value - a[0] * out + state[2 * i + 1]!;
      state[2 * i + 1] = b[2] * value - a[1] * out;
      value = out;
    }
    return value;
  }
}

/** What a head adds. */
function shelf(sampleRate: number): Section {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const middle = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b: [(high + (middle * k) / q + k * k) / a0, (2 * (k * k - high)) / a0, (high - (middle * k) / q + k * k) / a0],
    a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0],
  };
}

/** What is too low to be loud. */
function highPass(sampleRate: number): Section {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0] };
}
