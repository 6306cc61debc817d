import { parseEntries } from '../../src/policy/entries.ts';
import { inSlices } from '../../src/policy/slices.ts';
import type { Finding, Verdict } from '../../src/policy/verdict.ts';
import { WordList } from '../../src/policy/word-list.ts';

/** A list from lines whose fields are separated by spaces, `_` standing for a space inside of one. */
export async function listOf(lines: readonly string[], homophones = false): Promise<WordList> {
  const text = lines.map((line) => line.split(' ').join('\t').replaceAll('_', ' ')).join('\n');
  return inSlices(WordList.compile(await inSlices(parseEntries(text)), homophones));
}

export function check(list: WordList, text: string): Promise<Verdict> {
  return inSlices(list.check(text));
}

/** Findings as `rule start-end`. */
export function places(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, start, end }) => `${rule} ${start}-${end}`);
}
