import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setImmediate as othersRun } from 'node:timers/promises';
import { packageRoot } from '../../src/config/paths.ts';
import { parseEntries } from '../../src/policy/entries.ts';
import { inSlices } from '../../src/policy/slices.ts';
import { WordList } from '../../src/policy/word-list.ts';
import { table } from '../table.ts';
import { falseHits } from './homophones.ts';

/**
 * `npm run bench:policy`: what a list of 110,000 words costs to compile, to hold and to look for. Words are those of
 * data/words.tsv, in two lists: all of them, so that nearly every word of a text is a hit, and those of four characters
 * or more, which are as rare as words of a real list. `held` is the longest that the event loop was held, in CPU time
 * and on the clock; the clock also runs while other processes do.
 */

const MEGABYTE = 1_000_000;

const words = readFileSync(join(packageRoot, 'data/words.tsv'), 'utf8')
  .split('\n')
  .map((line) => line.split('\t')[0]!)
  .filter((word) => word !== '' && !word.startsWith('#'));
const prose = readFileSync(join(packageRoot, 'test/text/cpp/dev.sent'), 'utf8').replaceAll('▁', '');

const texts: readonly [name: string, text: string][] = [
  ['prose', prose.repeat(Math.ceil(MEGABYTE / prose.length)).slice(0, MEGABYTE)],
  ['one character', '一'.repeat(MEGABYTE)],
  ['signs between', '一*'.repeat(MEGABYTE / 2)],
  ['emoji', '😀'.repeat(MEGABYTE / 2)],
  ['Latin', 'The quick brown fox. '.repeat(MEGABYTE / 21)],
];

console.log(`${cpus()[0]!.model.trim()}, Node ${process.version}, one thread\n`);
const rows: string[][] = [];
for (const [name, listed, homophones] of [
  ['all', words, false],
  ['4+ characters', words.filter((word) => word.length >= 4), false],
  ['4+ by sound', words.filter((word) => word.length >= 4), true],
] as const) {
  const file = listed.map((word) => `${word}\tmask\tbench\n`).join('');
  const compiled = await measured(async () =>
    inSlices(WordList.compile(await inSlices(parseEntries(file)), homophones)),
  );
  const count = listed.length.toLocaleString('en');
  rows.push([`${name}: compile ${count} words`, ...figures(compiled)]);
  for (const [text, content] of texts) {
    rows.push([
      `${name}: ${text}, 1 M units`,
      ...figures(await measured(() => inSlices(compiled.value.check(content)))),
    ]);
  }
  const short = prose.slice(0, 120);
  const rounds = 2000;
  const before = performance.now();
  for (let round = 0; round < rounds; round += 1) await inSlices(compiled.value.check(short));
  rows.push([
    `${name}: a text of 120`,
    `${(((performance.now() - before) / rounds) * 1000).toFixed(0)} µs`,
    '',
    '',
    '',
  ]);
}
const sounding: string[][] = [];
for (const length of [2, 3, 4]) {
  const { perWord, share } = await falseHits(words, length, prose);
  sounding.push([`${length} characters`, perWord.toFixed(1), `${(100 * share).toFixed(0)} %`]);
}
console.log(table(['work', 'time', 'CPU', 'held, CPU', 'held'], rows));
console.log(`\n${table(['words by sound', 'false hits a word, 1 M characters', 'words with any'], sounding)}`);

interface Measured<T> {
  readonly value: T;
  readonly ms: number;
  readonly cpuMs: number;
  readonly heldMs: number;
  readonly heldCpuMs: number;
}

async function measured<T>(work: () => Promise<T>): Promise<Measured<T>> {
  let heldMs = 0;
  let heldCpuMs = 0;
  let working = true;
  const watch = (async () => {
    let last = performance.now();
    let lastCpu = cpuMs();
    while (working) {
      await othersRun();
      const now = performance.now();
      const nowCpu = cpuMs();
      heldMs = Math.max(heldMs, now - last);
      heldCpuMs = Math.max(heldCpuMs, nowCpu - lastCpu);
      last = now;
      lastCpu = nowCpu;
    }
  })();
  await othersRun();
  const cpu = cpuMs();
  const start = performance.now();
  const value = await work();
  const ms = performance.now() - start;
  const spent = cpuMs() - cpu;
  working = false;
  await watch;
  return { value, ms, cpuMs: spent, heldMs, heldCpuMs };
}

/** Of the process, its collector of garbage included. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function figures({ ms, cpuMs, heldCpuMs, heldMs }: Measured<unknown>): string[] {
  return [ms, cpuMs, heldCpuMs, heldMs].map((value) => `${value.toFixed(1)} ms`);
}
