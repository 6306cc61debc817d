import { type DecoderLane, openLane } from '../acoustic/decode.ts';
import { encode } from '../acoustic/encode.ts';
import { predict } from '../acoustic/predict.ts';
import { regulate } from '../acoustic/regulate.ts';
import { fadeIn, fadeOut } from '../audio/join.ts';
import { LangduError } from '../errors.ts';
import { concatenate } from '../float-arrays.ts';
import { inAdvance } from '../in-advance.ts';
import { Vocoder } from '../vocoder/vocode.ts';
import { pieceSizes } from '../vocoder/windows.ts';
import type { Voice } from '../voice/open.ts';
import type { Utterance, UtterancePiece } from '../voice/utterance.ts';
import type { Pace } from './pace.ts';
import type { Turns } from './turns.ts';

/**
 * One sentence: symbols → mel → samples, a piece at a time. Each step takes its turn among those of the thread's other
 * sentences; what it yields is the same whether there are any. Nothing is yielded when no symbol has sound.
 */
export async function* utter(
  voice: Voice,
  utterance: Utterance,
  turns: Turns,
  pace: Pace,
): AsyncGenerator<UtterancePiece> {
  const { acoustic, vocoder, manifest } = voice;
  const prepared = await turns.compute(pace, () => {
    const regulated = regulate(encode(acoustic, utterance.input), acoustic.spec, utterance.rate);
    return regulated.frames === 0 ? undefined : { regulated, lane: openLane(acoustic, regulated) };
  });
  if (prepared === undefined) return;
  const { regulated, lane } = prepared;
  const { durations } = regulated;
  const sound = new Vocoder(vocoder, { pitch: utterance.f0, seed: utterance.seed });
  const decodeSteps = async (own: DecoderLane, steps: number) =>
    concatenate(await turns.decode(pace, acoustic, own, steps));
  let first = true;
  let made = 0;
  const mel = predict(acoustic, regulated, lane, pieceSizes(vocoder), decodeSteps);
  // The next piece's steps are asked for while this one is vocoded: whoever decodes then has company.
  for await (const { frames, last } of inAdvance(mel, 1)) {
    const samples = await turns.compute(pace, () => sound.push(frames, last));
    if (pace.signal?.aborted) throw new LangduError('cancelled');
    if (samples.length === 0 && !last) continue;
    if (first) fadeIn(samples, manifest.sampleRate);
    if (last) fadeOut(samples, manifest.sampleRate);
    pace.made(samples.length / manifest.sampleRate);
    made += samples.length / vocoder.spec.hop;
    const done = made / regulated.frames;
    yield first ? { samples, last, done, durations } : { samples, last, done };
    first = false;
  }
}
