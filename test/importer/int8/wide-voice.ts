import { Random } from '../../../src/vocoder/random.ts';
import { writeRandomModel } from '../../voices/random-model.ts';
import { smallAcoustic, smallVocoder } from '../../voices/small-voice.ts';

/** A small voice whose early stages are wide enough for int8: 32, 16, 8 and 4 channels. */
export function writeWideModel(folder: string): void {
  writeRandomModel(folder, {
    name: 'wide',
    acoustic: smallAcoustic(),
    vocoder: smallVocoder({ channels: 64 }),
    sampleRate: 16000,
    durationSpread: 2,
  });
}

/** Frames `[count, 20]` for it. */
export function wideFrames(count: number): Float32Array {
  const random = new Random(9);
  return Float32Array.from({ length: count * 20 }, () => random.normal());
}
