import { decodeTogether, openLane } from '../../src/acoustic/decode.ts';
import { encode } from '../../src/acoustic/encode.ts';
import { regulate } from '../../src/acoustic/regulate.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import { openVoice } from '../../src/voice/open.ts';
import { acousticInput, resolveSettings } from '../../src/voice/settings.ts';
import { median } from '../table.ts';
import { SENTENCE } from './stages.ts';

const RUNS = 4;

/** Milliseconds of one decoder step with 1 to 16 sentences in it. */
export async function batchCurve(folder: string): Promise<{ batch: number; ms: number }[]> {
  const voice = openVoice(folder);
  const { acoustic, manifest } = voice;
  const { sentence } = createAnalyser('PinYin').sentences(SENTENCE).next().value!;
  const settings = resolveSettings(manifest, { text: SENTENCE });
  const regulated = regulate(encode(acoustic, acousticInput(manifest, sentence.symbols, settings)), acoustic.spec, 1);
  const steps = Math.min(regulated.steps, 100);
  const curve = [1, 2, 4, 8, 16].map((batch) => {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const lanes = Array.from({ length: batch }, () => openLane(acoustic, regulated));
      const start = performance.now();
      decodeTogether(acoustic, lanes, steps);
      if (run > 0) times.push((performance.now() - start) / steps);
    }
    return { batch, ms: median(times) };
  });
  voice.close();
  return curve;
}
