import { basename, dirname } from 'node:path';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { SENTENCE } from './stages.ts';

const SENTENCES = 3;

/**
 * Seconds of speech that a pool of workers makes in a second, each with two requests of a few sentences at a time. No
 * two sentences are the same: one that is wanted twice is made once.
 */
export async function throughput(folder: string, workers: number): Promise<number> {
  const pool = await Dispatcher.open({ voices: dirname(folder), defaultVoice: basename(folder), workers });
  let number = 0;
  const speak = async () => {
    const text = Array.from({ length: SENTENCES }, () => `第${++number}次，${SENTENCE}`).join('');
    let seconds = 0;
    for await (const chunk of pool.speak({ text })) {
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
