import type { SourceSpec } from './model.ts';
import { Random } from './random.ts';

/** Amplitude of a harmonic and deviation of the noise, as the reference has them. */
const ALPHA = 0.1;
const SIGMA = 0.003;
const LOWEST_F0 = 30;
const VOICED = 0.6;

/** The acoustic model's two last columns, in the vocoder's terms. */
export interface Pitch {
  /** Hz. `[n]` */
  readonly f0: Float32Array;
  /** 1 where voiced, else 0. `[n]` */
  readonly voiced: Float32Array;
}

/**
 * Splits frames `[n, mels + 2]` into mel `[n, mels]` and pitch: f0 to Hz, at least 30, times `factor`; voicing cut at
 * 0.6.
 */
export function splitPitch(
  frames: Float32Array,
  mels: number,
  spec: SourceSpec,
  factor: number,
): { readonly mel: Float32Array; readonly pitch: Pitch } {
  const width = mels + 2;
  const count = frames.length / width;
  const mel = new Float32Array(count * mels);
  const f0 = new Float32Array(count);
  const voiced = new Float32Array(count);
  for (let t = 0; t < count; t += 1) {
    mel.set(frames.subarray(t * width, t * width + mels), t * mels);
    const hertz = frames[t * width + mels]! * spec.f0.scale + spec.f0.offset;
    f0[t] = Math.max(hertz, LOWEST_F0) * factor;
    voiced[t] = frames[t * width + mels + 1]! >= VOICED ? 1 : 0;
  }
  return { mel, pitch: { f0, voiced } };
}

/**
 * The harmonic excitation of an NSF vocoder as a stream (docs/networks.md §4.3). The reference draws noise for every
 * harmonic and mixes them with one linear layer; a sum of normals is a normal, so one draw a sample of the summed
 * deviation has the same law. The fundamental's phase is kept in double and wrapped, so that long sentences do not
 * drift; harmonic h has h times that phase.
 */
export class Source {
  private readonly spec: SourceSpec;
  private readonly hop: number;
  private readonly random: Random;
  /** Random phase of each harmonic, times its weight: the fundamental's is 0. */
  private readonly sines: Float64Array;
  private readonly cosines: Float64Array;
  private readonly noise: number;
  private cycles = 0;

  /** `hop`: samples of excitation a frame. */
  constructor(spec: SourceSpec, hop: number, seed: number) {
    this.spec = spec;
    this.hop = hop;
    this.random = new Random(seed);
    const phases = spec.weights.map((_, harmonic) => (harmonic === 0 ? 0 : (2 * this.random.uniform() - 1) * Math.PI));
    this.sines = Float64Array.from(phases, (phase, h) => ALPHA * spec.weights[h]! * Math.cos(phase));
    this.cosines = Float64Array.from(phases, (phase, h) => ALPHA * spec.weights[h]! * Math.sin(phase));
    this.noise = Math.sqrt(spec.weights.reduce((sum, weight) => sum + weight * weight, 0));
  }

  /** The excitation of the next frames. `[n · hop]` */
  push({ f0, voiced }: Pitch): Float32Array {
    const out = new Float32Array(f0.length * this.hop);
    for (let t = 0; t < f0.length; t += 1) {
      const frame = out.subarray(t * this.hop, (t + 1) * this.hop);
      if (voiced[t] === 1) this.voice(frame, f0[t]! / this.spec.samplingRate);
      else this.whisper(frame);
      this.cycles += (this.hop * f0[t]!) / this.spec.samplingRate;
      this.cycles -= Math.floor(this.cycles);
    }
    return out;
  }

  /** A frame of one f0: `advance` cycles a sample, so that the phase turns by the same angle from each to the next. */
  private voice(frame: Float32Array, advance: number): void {
    const { bias } = this.spec;
    const [turnCosine, turnSine] = [Math.cos(2 * Math.PI * advance), Math.sin(2 * Math.PI * advance)];
    let c = Math.cos(2 * Math.PI * this.cycles);
    let s = Math.sin(2 * Math.PI * this.cycles);
    for (let i = 0; i < frame.length; i += 1) {
      const turned = s * turnCosine + c * turnSine;
      c = c * turnCosine - s * turnSine;
      s = turned;
      frame[i] = smallTanh(this.harmonics(c, s) + SIGMA * this.random.normal() * this.noise + bias);
    }
  }

  private whisper(frame: Float32Array): void {
    const { bias } = this.spec;
    for (let i = 0; i < frame.length; i += 1) {
      frame[i] = smallTanh((ALPHA / 3) * this.random.normal() * this.noise + bias);
    }
  }

  /** Σ 0.1 · w_h · sin(h·θ + φ_h) of θ's cosine and sine, each h·θ from the last by rotating through θ. */
  private harmonics(c: number, s: number): number {
    let sine = s;
    let cosine = c;
    let sum = 0;
    for (let h = 0; h < this.sines.length; h += 1) {
      sum += this.sines[h]! * sine + this.cosines[h]! * cosine;
      const next = sine * c + cosine * s;
      cosine = cosine * c - sine * s;
      sine = next;
    }
    return sum;
  }
}

/** Within this the fraction below is off by less than 5e-12. */
const SMALL = 0.7;

/**
 * tanh, which is most of what an excitation costs: of the small values that it nearly always is, by the continued
 * fraction of Lambert (1761), x / (1 + x² / (3 + x² / (5 + …))), cut after its sixth term.
 */
function smallTanh(x: number): number {
  if (Math.abs(x) > SMALL) return Math.tanh(x);
  const y = x * x;
  return (x * (10395 + y * (1260 + y * 21))) / (10395 + y * (4725 + y * (210 + y)));
}
