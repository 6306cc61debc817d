import { Decoder, openLane } from '../../src/acoustic/decode.ts';
import { encode } from '../../src/acoustic/encode.ts';
import { regulate } from '../../src/acoustic/regulate.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import { openVoice } from '../../src/voice/open.ts';
import { acousticInput, resolveSettings } from '../../src/voice/settings.ts';
import { median } from '../table.ts';
import { SENTENCE } from './stages.ts';

/** Milliseconds of one decoder step with 1 to 16 sentences in it. */
export async function batchCurve(folder: string): Promise<{ batch: number; ms: number }[]> {
  const voice = openVoice(folder);
  const { acoustic, manifest } = voice;
  const { sentence } = createAnalyser('PinYin').sentences(SENTENCE).next().value!;
  const settings = resolveSettings(manifest, { text: SENTENCE });
  const regulated = regulate(encode(acoustic, acousticInput(manifest, sentence.symbols, settings)), acoustic.spec, 1);
  const lane = openLane(acoustic, regulated);
  const curve = [1, 2, 4, 8, 16].map((batch) => {
    const decoder = new Decoder(acoustic, new Array(batch).fill(lane));
    const times: number[] = [];
    for (let step = 0; step < Math.min(regulated.steps, 120); step += 1) {
      const start = performance.now();
      decoder.next();
      if (step >= 20) times.push(performance.now() - start);
    }
    return { batch, ms: median(times) };
  });
  voice.close();
  return curve;
}
