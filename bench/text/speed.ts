import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/paths.ts';

export interface Speed {
  /** From the start of the process to the first sentence. */
  readonly readyMs: number;
  readonly charactersPerSecond: number;
  readonly sentences: number;
}

/** Loads the text stage and reads the 9,893 sentences of the CPP dev set; to be run in a process of its own. */
export async function speed(): Promise<Speed> {
  const { createAnalyser } = await import('../../src/text/analyse.ts');
  const analyser = createAnalyser('PinYin');
  for (const _ of analyser.sentences('你好，2026年。')) {
    // The first sentence is part of being ready.
  }
  const readyMs = performance.now();
  const lines = readFileSync(join(packageRoot, 'test/text/cpp/dev.sent'), 'utf8').replaceAll('▁', '').split('\n');
  let characters = 0;
  let sentences = 0;
  const start = performance.now();
  for (const line of lines) {
    characters += line.length;
    for (const _ of analyser.sentences(line)) sentences += 1;
  }
  return { readyMs, charactersPerSecond: (1000 * characters) / (performance.now() - start), sentences };
}
