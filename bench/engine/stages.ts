import { basename, dirname } from 'node:path';
import { decodeTogether, openLane } from '../../src/acoustic/decode.ts';
import { encode } from '../../src/acoustic/encode.ts';
import { Postnet } from '../../src/acoustic/postnet.ts';
import { regulate } from '../../src/acoustic/regulate.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import { Vocoder } from '../../src/vocoder/vocode.ts';
import { pieceSizes } from '../../src/vocoder/windows.ts';
import { openVoice } from '../../src/voice/open.ts';
import { acousticInput, resolveSettings } from '../../src/voice/settings.ts';
import { median } from '../table.ts';

/** About nine seconds, one sentence. */
export const SENTENCE =
  '人工智能正在改变我们的生活方式，语音合成让机器也能开口说话，今天我们一起来听一听，它的声音到底怎么样。';
const RUNS = 9;

/** Milliseconds of each stage over one sentence, the vocoder in the windows that streaming uses. */
export async function stages(folder: string) {
  const voice = openVoice(folder);
  const { acoustic, vocoder, manifest } = voice;
  const { mels } = acoustic.spec;
  const analyser = createAnalyser('PinYin');
  const settings = resolveSettings(manifest, { text: SENTENCE });
  const names = ['text', 'encoder', 'regulation', 'decoder', 'postnet', 'vocoder'] as const;
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  let seconds = 0;
  for (let i = 0; i <= RUNS; i += 1) {
    const clock = <Result>(name: (typeof names)[number], work: () => Result): Result => {
      const start = performance.now();
      const result = work();
      // The first run fills caches and compiles; it does not count.
      if (i > 0) times.get(name)!.push(performance.now() - start);
      return result;
    };
    const { sentence } = clock('text', () => analyser.sentences(SENTENCE).next().value!);
    const encoded = clock('encoder', () => encode(acoustic, acousticInput(manifest, sentence.symbols, settings)));
    const regulated = clock('regulation', () => regulate(encoded, acoustic.spec, 1));
    const frames = clock(
      'decoder',
      () => decodeTogether(acoustic, [openLane(acoustic, regulated)], regulated.steps)[0]!,
    );
    const mel = clock('postnet', () => new Postnet(acoustic).push(frames.subarray(0, regulated.frames * mels), true));
    clock('vocoder', () => renderInPieces(new Vocoder(vocoder, { pitch: 1, seed: 1 }), mel, mels, pieceSizes(vocoder)));
    seconds = (regulated.frames * vocoder.spec.hop) / manifest.sampleRate;
  }
  voice.close();
  return { seconds, runs: RUNS, stages: names.map((name) => ({ name, ms: median(times.get(name)!) })) };
}

function renderInPieces(vocoder: Vocoder, mel: Float32Array, mels: number, sizes: readonly number[]): void {
  const frames = mel.length / mels;
  for (let at = 0, index = 0; at < frames; index += 1) {
    const to = Math.min(frames, at + sizes[Math.min(index, sizes.length - 1)]!);
    vocoder.push(mel.subarray(at * mels, to * mels), to === frames);
    at = to;
  }
}

/**
 * Time to the first sample of that sentence and the whole's real-time factor, through `synthesize` as a caller has it.
 */
export async function firstSample(folder: string) {
  const speaker = new LocalSpeaker(dirname(folder), basename(folder));
  const opening = performance.now();
  speaker.prepare();
  const openMs = performance.now() - opening;
  const firsts: number[] = [];
  const factors: number[] = [];
  for (let i = 0; i <= RUNS; i += 1) {
    const start = performance.now();
    let first = 0;
    let samples = 0;
    let rate = 1;
    for await (const chunk of speaker.speak({ text: SENTENCE })) {
      if (samples === 0 && chunk.samples.length > 0) first = performance.now() - start;
      samples += chunk.samples.length;
      rate = chunk.sampleRate;
    }
    if (i === 0) continue;
    firsts.push(first);
    factors.push((performance.now() - start) / 1000 / (samples / rate));
  }
  await speaker.close();
  return { firstMs: median(firsts), bestMs: Math.min(...firsts), rtf: median(factors), openMs };
}
