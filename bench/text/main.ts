import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { createAnalyser } from '../../src/text/analyse.ts';
import { table } from '../table.ts';
import { normalisation } from './normalisation.ts';
import { polyphones } from './polyphones.ts';
import { boundaries } from './prosody.ts';
import { readBoundaries, readSyllables } from './read.ts';
import { type Speed, speed } from './speed.ts';
import { erhua, neutral, type Score, sandhi } from './tones.ts';
import { lines, syllables } from './ttsfrd.ts';

/**
 * `npm run bench:text`: how well and how fast the text stage reads, beside its goals, on the public cases of test/text.
 */
if (process.send === undefined) await main();
else {
  process.send({ ...(await speed()), memory: process.resourceUsage().maxRSS / 1024 });
  process.disconnect();
}

async function main(): Promise<void> {
  const analyser = createAnalyser('PinYin');
  console.log(`${cpus()[0]!.model.trim()}, Node ${process.version}, one thread\n`);
  const cost = await measure();
  console.log(
    table(
      ['measure', 'goal', 'now'],
      [
        [
          'polyphones, CPP dev (trained on it; unseen: polyphones.mjs --folds 10)',
          '97 %',
          percent(polyphones(analyser)),
        ],
        ['sandhi, pypinyin', '22 of 22', of(sandhi(analyser, 'pypinyin_sandhi_cases.tsv'))],
        ['sandhi, WeTTS', '7 of 7', of(sandhi(analyser, 'wetts_sandhi_cases.tsv'))],
        ['must be neutral', '400 of 417', of(neutral(analyser, 'paddle_must_neural_tone_words.txt', true))],
        ['must not be neutral', '40 of 40', of(neutral(analyser, 'paddle_must_not_neural_tone_words.txt', false))],
        ['儿 merges', '8 of 8', of(erhua(analyser, 'paddle_must_erhua.txt', true))],
        ['儿 stays', '44 of 44', of(erhua(analyser, 'paddle_not_erhua.txt', false))],
        ['original symbol lines, whole', '7 of 8', of(lines(analyser))],
        ['original symbol lines, syllables', '120 of 120', of(syllables(analyser))],
        ['prosodic word F1, the same lines', '91', percent(boundaries(analyser, 1))],
        ['prosodic phrase F1, the same lines', '86', percent(boundaries(analyser, 3))],
        ['prosodic word F1, our read sentences, held out', '91', percent(readBoundaries(analyser, 'held'))],
        ['prosodic word F1, our read sentences, dev', '91', percent(readBoundaries(analyser, 'dev'))],
        ['syllables of our read sentences (drafted by the analyser)', 'no change', of(readSyllables(analyser))],
        ...normalisation().map(({ measure, goal, ours }) => [measure, goal, ours]),
        ['ready', '400 ms', `${cost.readyMs.toFixed(0)} ms`],
        ['characters a second', '100,000', Math.round(cost.charactersPerSecond).toLocaleString('en')],
        [`memory, peak, ${cost.sentences.toLocaleString('en')} sentences`, '120 MiB', `${cost.memory.toFixed(0)} MiB`],
      ],
    ),
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function of({ right, all }: Score): string {
  return `${right} of ${all}`;
}

/** In a process of its own, so that memory is its own too. */
function measure(): Promise<Speed & { readonly memory: number }> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename);
    child.on('message', (message) => resolve(message as Speed & { readonly memory: number }));
    child.on('exit', (code) => code !== 0 && reject(new Error(`the measurement ended with ${code}`)));
  });
}
