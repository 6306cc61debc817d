/**
 * The modified Bessel function of the first kind and order zero, by its power series: Kaiser's windows are made of it.
 */
export function bessel0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
