/** A linear predictor in the integers FLAC writes: sample ≈ (Σ coefficients[i] · sample before by i + 1) >> shift. */
export interface LinearPredictor {
  readonly coefficients: readonly number[];
  readonly shift: number;
}

/** Bits of a coefficient, sign included: with 16-bit samples and 12 terms the sum stays within 32. */
export const COEFFICIENT_BITS = 12;
const HIGHEST_ORDER = 12;
const HIGHEST_SHIFT = 15;

/** The residual of the fixed predictor of an order 0 to 4: so many differences in turn (RFC 9639, 9.2.5). */
export function fixedResidual(samples: Int16Array, order: number): Int32Array {
  let residual = Int32Array.from(samples);
  for (let i = 0; i < order; i += 1) {
    const next = new Int32Array(residual.length - 1);
    for (let j = 0; j < next.length; j += 1) next[j] = residual[j + 1]! - residual[j]!;
    residual = next;
  }
  return residual;
}

/** The residual of a predictor, of everything after its first samples. Sums are exact in doubles. */
export function linearResidual(samples: Int16Array, { coefficients, shift }: LinearPredictor): Int32Array {
  const order = coefficients.length;
  const residual = new Int32Array(samples.length - order);
  const scale = 2 ** shift;
  for (let i = order; i < samples.length; i += 1) {
    let sum = 0;
    for (let j = 0; j < order; j += 1) sum += coefficients[j]! * samples[i - 1 - j]!;
    residual[i - order] = samples[i]! - Math.floor(sum / scale);
  }
  return residual;
}

/** The predictor of a block by Levinson and Durbin, of the order that promises the fewest bits; none for silence. */
export function linearPredictor(samples: Int16Array): LinearPredictor | undefined {
  const correlation = autocorrelate(samples, Math.min(HIGHEST_ORDER, samples.length - 1));
  if (!(correlation[0]! > 0)) return undefined;
  let best: { readonly weights: readonly number[]; readonly bits: number } | undefined;
  let weights: number[] = [];
  let error = correlation[0]!;
  for (let order = 1; order < correlation.length && error > 0; order += 1) {
    let reach = correlation[order]!;
    for (let i = 0; i < order - 1; i += 1) reach -= weights[i]! * correlation[order - 1 - i]!;
    const reflection = reach / error;
    const before = weights;
    weights = before.map((weight, i) => weight - reflection * before[order - 2 - i]!);
    weights.push(reflection);
    error *= 1 - reflection * reflection;
    const bits = 0.5 * Math.log2(Math.max(error, 1e-9)) * samples.length + order * (COEFFICIENT_BITS + 16);
    if (best === undefined || bits < best.bits) best = { weights, bits };
  }
  return best === undefined ? undefined : quantise(best.weights);
}

/** Of the block under Welch's window, which needs no cosine and so is the same on every machine. */
function autocorrelate(samples: Int16Array, lags: number): Float64Array {
  const middle = (samples.length - 1) / 2;
  const windowed = Float64Array.from(samples, (sample, i) => sample * (1 - ((i - middle) / (middle + 1)) ** 2));
  return Float64Array.from({ length: lags + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < windowed.length; i += 1) sum += windowed[i]! * windowed[i - lag]!;
    return sum;
  });
}

/** Rounds to integers, handing each rounding error on to the next coefficient. */
function quantise(weights: readonly number[]): LinearPredictor | undefined {
  const limit = 2 ** (COEFFICIENT_BITS - 1) - 1;
  const largest = Math.max(...weights.map(Math.abs));
  let shift = HIGHEST_SHIFT;
  while (shift > 0 && largest * 2 ** shift > limit) shift -= 1;
  if (largest > limit) return undefined;
  let carry = 0;
  const coefficients = weights.map((weight) => {
    const exact = weight * 2 ** shift + carry;
    const rounded = Math.max(-limit - 1, Math.min(limit, Math.round(exact)));
    carry = exact - rounded;
    return rounded;
  });
  return { coefficients, shift };
}
