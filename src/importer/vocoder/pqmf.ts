import { bessel0 } from '../../audio/bessel.ts';
import type { Upsampling } from './kernel.ts';

const TAPS = 62;
const CUTOFF = 0.142;
const BETA = 9;

/**
 * PQMF synthesis of sub-bands as one transposed convolution: a Kaiser-windowed low-pass, cosine-modulated for each band
 * (Nguyen, "Near-perfect-reconstruction pseudo-QMF banks", 1994), over samples spread `bands` apart and multiplied by
 * their number.
 */
export function synthesisKernel(bands: number): Upsampling {
  const width = TAPS + 1;
  const data = new Float32Array(bands * width);
  const prototype = lowPass();
  for (let band = 0; band < bands; band += 1) {
    const phase = (band % 2 === 0 ? -1 : 1) * (Math.PI / 4);
    for (let tap = 0; tap < width; tap += 1) {
      const angle = (2 * band + 1) * (Math.PI / (2 * bands)) * (tap - TAPS / 2) + phase;
      const filter = Math.fround(2 * prototype[tap]! * Math.cos(angle));
      // A correlation becomes a transposed convolution by reversing its taps.
      data[band * width + TAPS - tap] = filter * bands;
    }
  }
  const cropStart = TAPS / 2;
  return {
    data,
    shape: [bands, 1, width],
    bias: new Float32Array(1),
    stride: bands,
    cropStart,
    cropEnd: width - bands - cropStart,
  };
}

function lowPass(): Float64Array {
  return Float64Array.from({ length: TAPS + 1 }, (_, tap) => {
    const t = tap - TAPS / 2;
    const ideal = t === 0 ? CUTOFF : Math.sin(Math.PI * CUTOFF * t) / (Math.PI * t);
    const window = bessel0(BETA * Math.sqrt(1 - (t / (TAPS / 2)) ** 2)) / bessel0(BETA);
    return ideal * window;
  });
}
