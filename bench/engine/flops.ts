import { basename } from 'node:path';
import { readManifest } from '../../src/voice/manifest.ts';

/** Layers of the two voices the bench knows, which their packages no longer tell. */
const residual: Record<string, { readonly kernels: readonly number[]; readonly dilations: number }> = {
  full: { kernels: [3, 7, 11], dilations: 4 },
  tan: { kernels: [3, 7], dilations: 2 },
};
const channels: Record<string, number> = { full: 256, tan: 192 };
const kernel = 7;

/** Multiplications and additions of the direct convolutions for a second of speech, in GFLOP. */
export function vocoderFlops(folder: string): number {
  const name = basename(folder);
  const { vocoder, sampleRate } = readManifest(folder, name);
  const { kernels, dilations } = residual[name]!;
  let rate = sampleRate / vocoder.hop;
  let width = channels[name]!;
  let multiplications = rate * vocoder.mels * width * kernel;
  for (const stage of vocoder.stages) {
    rate *= stage.scale;
    // Both upsampling paths as one transposed convolution: about twice the stride, at least stride + kernel − 1 taps.
    const taps = Math.max(2 * stage.scale, stage.scale + kernel - 1);
    multiplications += (rate / stage.scale) * width * (width / 2) * taps;
    width /= 2;
    multiplications += rate * width * width * 2 * dilations * kernels.reduce((sum, each) => sum + each, 0);
  }
  multiplications += rate * width * kernel;
  return (2 * multiplications) / 1e9;
}
