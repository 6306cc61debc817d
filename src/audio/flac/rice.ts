import type { BitWriter } from './bits.ts';

/** How a residual is to be written: one Rice parameter for each of 2^order partitions, and what that costs. */
export interface RicePlan {
  readonly order: number;
  readonly parameters: readonly number[];
  readonly bits: number;
}

const HIGHEST_ORDER = 4;
/** 15 would be the escape code. */
const HIGHEST_PARAMETER = 14;

/**
 * The cheapest partitions for a residual (RFC 9639, 9.2.7).
 *
 * @param residual `[blockSize - predictorOrder]`, what the predictor of that order left
 */
export function planRice(residual: Int32Array, blockSize: number, predictorOrder: number): RicePlan {
  let best: RicePlan | undefined;
  for (let order = 0; order <= HIGHEST_ORDER; order += 1) {
    const size = blockSize >> order;
    if (size << order !== blockSize || size <= predictorOrder) break;
    const parameters: number[] = [];
    let bits = 6;
    for (let part = 0; part < 1 << order; part += 1) {
      const from = Math.max(0, part * size - predictorOrder);
      const to = (part + 1) * size - predictorOrder;
      const parameter = bestParameter(residual, from, to);
      parameters.push(parameter);
      bits += 4 + riceBits(residual, from, to, parameter);
    }
    if (best === undefined || bits < best.bits) best = { order, parameters, bits };
  }
  return best!;
}

export function writeRice(
  bits: BitWriter,
  residual: Int32Array,
  blockSize: number,
  predictorOrder: number,
  plan: RicePlan,
): void {
  bits.write(0, 2); // parameters of four bits
  bits.write(plan.order, 4);
  const size = blockSize >> plan.order;
  plan.parameters.forEach((parameter, part) => {
    bits.write(parameter, 4);
    const to = (part + 1) * size - predictorOrder;
    for (let i = Math.max(0, part * size - predictorOrder); i < to; i += 1) {
      const folded = fold(residual[i]!);
      bits.unary(folded >>> parameter);
      if (parameter > 0) bits.write(folded, parameter);
    }
  });
}

/**
 * From the mean of the folded values, which for a geometric distribution is within one of the best; so are its
 * neighbours tried.
 */
function bestParameter(residual: Int32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += fold(residual[i]!);
  const mean = to > from ? sum / (to - from) : 0;
  let guess = 0;
  while (guess < HIGHEST_PARAMETER && 2 ** (guess + 1) <= mean) guess += 1;
  let best = guess;
  let cost = riceBits(residual, from, to, guess);
  for (const parameter of [guess - 1, guess + 1]) {
    if (parameter < 0 || parameter > HIGHEST_PARAMETER) continue;
    const other = riceBits(residual, from, to, parameter);
    if (other < cost) [best, cost] = [parameter, other];
  }
  return best;
}

function riceBits(residual: Int32Array, from: number, to: number, parameter: number): number {
  let quotients = 0;
  for (let i = from; i < to; i += 1) quotients += fold(residual[i]!) >>> parameter;
  return quotients + (to - from) * (parameter + 1);
}

/** 0, −1, 1, −2 … as 0, 1, 2, 3 … */
function fold(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
