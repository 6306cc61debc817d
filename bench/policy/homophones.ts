import { parseEntries } from '../../src/policy/entries.ts';
import { inSlices } from '../../src/policy/slices.ts';
import { WordList } from '../../src/policy/word-list.ts';
import { random } from '../../test/random.ts';

/**
 * How often a word is found where only something that sounds like it is written: hits a word and a million characters
 * of prose, for `sample` words of some length, and the share of those words that have any.
 */
export async function falseHits(
  words: readonly string[],
  length: number,
  prose: string,
  sample = 200,
): Promise<{ readonly perWord: number; readonly share: number }> {
  const next = random(length);
  const fitting = words.filter((word) => /^\p{Script=Han}+$/u.test(word) && word.length === length);
  const chosen = Array.from({ length: sample }, () => fitting[Math.floor(next() * fitting.length)]!);
  let hits = 0;
  let any = 0;
  for (const word of chosen) {
    const extra = (await hitsOf(word, prose, true)) - (await hitsOf(word, prose, false));
    hits += extra;
    if (extra > 0) any += 1;
  }
  return { perWord: (hits / sample) * (1_000_000 / prose.length), share: any / sample };
}

/** Words that do not touch each other are one finding each; a list tells the first thousand. */
async function hitsOf(word: string, prose: string, homophones: boolean): Promise<number> {
  const list = await inSlices(WordList.compile(await inSlices(parseEntries(`${word}\tdeny\tr`)), homophones));
  return (await inSlices(list.check(prose))).findings.length;
}
