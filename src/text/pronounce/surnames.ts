import { readTable, readWords } from '../data.ts';
import type { Word } from '../segment/word.ts';

/** Surnames that are read otherwise than the character mostly is. */
const surnames = new Map(readTable('surnames.tsv') as [string, string][]);

/** Characters of given names. */
const given: ReadonlySet<string> = new Set(readWords('given.txt'));

const titles = /^(?:先生|女士|小姐|老师|师傅|大爷|阿姨|总|氏|某|某某|教授|医生|大夫|博士|同学|警官|律师|导演)$/u;
/** After these 任 appoints and 应 answers. */
const offices = /^(?:教授|医生|大夫|博士|导演|律师|警官)$/u;
/** Words of these classes follow a surname only by chance: 曾 与, 任 一. */
const grammatical = /^(?:d|p|c|r|m|q|f|u\w*|y)$/;
/** 曾 would be an adverb and 任, 解 verbs before these. */
const acts = /^(?:[立成发建开通达可同向含学信和如若承继启振鸣]|之|大)$/u;

/**
 * The surname that a character is by its neighbours: before a title or a given name, or after 姓. `after` are the words
 * that follow, two are looked at.
 */
export function surnameOf(word: Word, previous: Word | undefined, after: readonly Word[]): string | undefined {
  const reading = word.tokens.length === 1 ? surnames.get(word.text) : undefined;
  if (reading === undefined) return undefined;
  if (previous?.text === '姓' && word.gap === 0) return reading;
  // 4月任 holds an office
  if (word.text === '任' && /[年月日曾兼出历现后]$/u.test(previous?.text ?? '')) return undefined;
  const [next, third] = after;
  if (next === undefined || next.gap > 0 || next.kind !== 'han') return undefined;
  if (titles.test(next.text)) return /^[任应]$/u.test(word.text) && offices.test(next.text) ? undefined : reading;
  // 曾 志伟: a given name of the word list
  if (next.pos === 'nr' && next.tokens.length === 2) return reading;
  // 区 建华
  if (next.pos === 'nz' && next.tokens.every(({ text }) => given.has(text))) return reading;
  return isGiven(next) && !acts.test(next.text) && third !== undefined && third.gap === 0 && isGiven(third)
    ? reading
    : undefined;
}

/** 雄 信: two characters that no word holds. */
function isGiven(word: Word): boolean {
  return word.tokens.length === 1 && given.has(word.text) && !grammatical.test(word.pos);
}
