import { readTable } from '../data.ts';
import type { Word } from '../segment/word.ts';

/** Surnames that are read otherwise than the character mostly is. */
const surnames = new Map(readTable('surnames.tsv') as [string, string][]);

const titles = /^(?:先生|女士|小姐|老师|师傅|大爷|阿姨|总|氏|某|某某|教授|医生|大夫|博士|同学|警官|律师|导演)$/u;
/** After these 任 appoints and 应 answers. */
const offices = /^(?:教授|医生|大夫|博士|导演|律师|警官)$/u;

/** The surname that a character is by its neighbours: before a title or a given name, or after 姓. */
export function surnameOf(word: Word, previous: Word | undefined, next: Word | undefined): string | undefined {
  const reading = word.tokens.length === 1 ? surnames.get(word.text) : undefined;
  if (reading === undefined) return undefined;
  if (previous?.text === '姓' && word.gap === 0) return reading;
  if (next === undefined || next.gap > 0 || next.kind !== 'han') return undefined;
  if (titles.test(next.text)) return /^[任应]$/u.test(word.text) && offices.test(next.text) ? undefined : reading;
  // 曾 志伟: a given name of the word list
  return next.pos === 'nr' && next.tokens.length === 2 ? reading : undefined;
}
