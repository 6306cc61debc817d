import { basename, dirname } from 'node:path';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { SENTENCE } from './stages.ts';

const SENTENCES = 3;

/** Seconds of speech that a pool of workers makes in a second, each with two requests of a few sentences at a time. */
export async function throughput(folder: string, workers: number): Promise<number> {
  const pool = await Dispatcher.open({ voices: dirname(folder), defaultVoice: basename(folder), workers });
  const speak = async () => {
    let seconds = 0;
    for await (const chunk of pool.speak({ text: SENTENCE.repeat(SENTENCES) })) {
      seconds += chunk.samples.length / chunk.sampleRate;
    }
    return seconds;
  };
  await Promise.all(Array.from({ length: workers }, speak));
  const start = performance.now();
  const made = await Promise.all(Array.from({ length: 2 * workers }, speak));
  const elapsed = (performance.now() - start) / 1000;
  await pool.close();
  return made.reduce((sum, seconds) => sum + seconds, 0) / elapsed;
}
