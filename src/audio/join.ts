/** Sentences meet in silence: their edges fade over this long, too short to hear and long enough not to click. */
const FADE_SECONDS = 0.004;

/** The pause in front of a sentence, in seconds at a rate of 1: longer where the text has a line of its own. */
const SENTENCE_PAUSE = 0.25;
const PARAGRAPH_PAUSE = 0.5;

/** Fades the first samples in, in place. */
export function fadeIn(samples: Float32Array, sampleRate: number): void {
  const length = Math.min(samples.length, Math.round(FADE_SECONDS * sampleRate));
  for (let i = 0; i < length; i += 1) samples[i]! *= i / length;
}

/** Fades the last samples out, in place. */
export function fadeOut(samples: Float32Array, sampleRate: number): void {
  const length = Math.min(samples.length, Math.round(FADE_SECONDS * sampleRate));
  for (let i = 0; i < length; i += 1) samples[samples.length - 1 - i]! *= i / length;
}

/** Silence between two sentences; `between` is what stands there in the text. */
export function pauseSamples(between: string, rate: number, sampleRate: number): number {
  const seconds = /[\n\r\u2028\u2029]/.test(between) ? PARAGRAPH_PAUSE : SENTENCE_PAUSE;
  return Math.round((seconds / rate) * sampleRate);
}

/** The samples behind so many of silence; the same array where there are none. */
export function delayed(samples: Float32Array, pause: number): Float32Array {
  if (pause === 0) return samples;
  const out = new Float32Array(pause + samples.length);
  out.set(samples, pause);
  return out;
}
