import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/paths.ts';
import { normalize } from '../../src/text/normalize/normalize.ts';

export interface Row {
  readonly measure: string;
  readonly goal: string;
  readonly ours: string;
}

interface Case {
  readonly src: string;
  readonly in: string;
  readonly out: readonly string[];
  readonly policy: string;
}

export interface Suite {
  readonly name: string;
  readonly all: number;
  readonly right: number;
  /** What was read otherwise: written, ours, theirs. */
  readonly wrong: readonly string[];
}

const names: Readonly<Record<string, readonly [name: string, goal: string]>> = {
  wetext: ['normalisation, WeTextProcessing', '95.0 %'],
  paddle: ['normalisation, PaddleSpeech', '97.0 %'],
};

/** How much of the public suites is read as they expect, and how fast. */
export function normalisation(): Row[] {
  const rows = suites().map(({ name, right, all }) => {
    const [measure, goal] = names[name]!;
    return { measure, goal, ours: `${((100 * right) / all).toFixed(1)} %` };
  });
  return [
    ...rows,
    { measure: 'normalisation, characters a second', goal: '100,000', ours: speed().toLocaleString('en') },
  ];
}

export function suites(): Suite[] {
  const file = join(packageRoot, 'test', 'text', 'normalize', 'public.jsonl');
  const cases = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case)
    .filter(({ policy }) => policy === '');
  return Object.keys(names).map((name) => {
    const own = cases.filter(({ src }) => src === name);
    const wrong = own.flatMap((each) => {
      const ours = spoken(each.in);
      return each.out.some((theirs) => lenient(theirs) === lenient(ours)) ? [] : [`${each.in} ${ours} ${each.out[0]}`];
    });
    return { name, all: own.length, right: own.length - wrong.length, wrong };
  });
}

/** Encyclopaedia sentences, read after a first pass that warms up. */
function speed(): number {
  const lines = readFileSync(join(packageRoot, 'test', 'text', 'cpp', 'dev.sent'), 'utf8')
    .replaceAll('▁', '')
    .split('\n');
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  let best = 0;
  for (let pass = 0; pass < 4; pass += 1) {
    const before = performance.now();
    for (const line of lines) normalize(line);
    best = Math.max(best, (length / (performance.now() - before)) * 1000);
  }
  return Math.round(best);
}

function spoken(written: string): string {
  return normalize(written)
    .tokens.map(({ text }) => text)
    .join('');
}

/** Width, case, marks, spaces, 幺 or 一, 两 or 二, 至 or 到 do not count. */
function lenient(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}\s]/gu, '')
    .replace(/幺/g, '一')
    .replace(/两/g, '二')
    .replace(/至/g, '到');
}
