/** Where the limiter starts to bend, and the most it lets through: clear of full scale, so that no encoder clips. */
const KNEE = 0.8;
const CEILING = 0.98;

/**
 * Multiplies samples by `gain` in place. Up to the knee nothing changes; above it the curve bends towards the ceiling, so a
 * raised voice never clips. At a gain of 1 or less samples that the vocoder kept under the ceiling stay as they are.
 */
export function applyGain(samples: Float32Array, gain: number): Float32Array {
  if (gain === 1) return samples;
  for (let i = 0; i < samples.length; i += 1) samples[i] = gain > 1 ? limit(samples[i]! * gain) : samples[i]! * gain;
  return samples;
}

function limit(value: number): number {
  const size = Math.abs(value);
  if (size <= KNEE) return value;
  const room = CEILING - KNEE;
  return Math.sign(value) * (KNEE + room * Math.tanh((size - KNEE) / room));
}
