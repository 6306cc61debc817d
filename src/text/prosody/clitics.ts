import { readTable } from '../data.ts';
import type { SpokenWord } from '../pronounce/pronounce.ts';
import type { Word } from '../segment/word.ts';

const kinds = new Map(readTable('clitics.tsv').map(([kind, words]) => [kind!, new Set(words!.split(' '))]));

/** What a rule sees: the word, the last word of the prosodic word before it, and that one's length in syllables. */
interface Meeting {
  readonly group: readonly SpokenWord[];
  readonly last: Word;
  readonly length: number;
  readonly spoken: SpokenWord;
  readonly word: Word;
  readonly next: Word | undefined;
}

const numeral = /^[零一二三四五六七八九十百千万亿两几]$/u;

type Rule = (meeting: Meeting) => boolean | undefined;

/** The first rule with an answer decides. */
const rules: readonly Rule[] = [
  ({ last, word }) => (last.kind === 'latin' || word.kind === 'latin' ? false : undefined),
  // 我们的, 散步吧
  ({ word }) => (is('particle', word) ? true : undefined),
  // 千里 之行, but 千里之 外面
  ({ word, next }) => (word.text === '之' ? next === undefined || next.tokens.length > 1 : undefined),
  ({ last, group, word }) => (last.text === '之' && group.length === 1 ? word.tokens.length === 1 : undefined),
  // 三个, 每天
  ({ last, word, length }) =>
    (last.pos === 'm' || is('determiner', last)) && is('classifier', word) ? length < 6 : undefined,
  // 是个
  ({ word, spoken, length }) =>
    word.text === '个' ? spoken.syllables[0]?.reading === 'ge5' && length === 1 : undefined,
  // 桌子上
  ({ last, word, length }) =>
    is('localizer', word) ? /^[nrsvt]/.test(last.pos) && last.tokens.length > 1 && length < 4 : undefined,
  // 看一看, 要不要
  ({ last, group, word }) =>
    /^[一不]$/u.test(last.text) && group.length === 2 && group[0]?.word.text === word.text ? true : undefined,
  ({ last, word, length, next }) =>
    /^[一不]$/u.test(word.text) && length === 1 && next?.text === last.text && next.gap === 0 ? true : undefined,
  // 保管好, 走到
  ({ last, group, word, length }) =>
    is('result', word) && last.pos.startsWith('v') && group.length === 1 ? length < 3 : undefined,
  ({ last, word, length }) =>
    is('complement', word) && last.pos.startsWith('v') ? length === 1 && !is('light', last) : undefined,
  // 请你, 给我; 拥抱我 where nothing follows
  ({ last, word, length, next }) =>
    /^[我你您他她它]$/u.test(word.text) && /^[vp]/.test(last.pos)
      ? length === 1 || (length < 4 && (next === undefined || next.gap > 0))
      : undefined,
  // 我是, 这是
  ({ last, word, length }) => (word.text === '是' && last.pos === 'r' ? length === 1 : undefined),
  // 陪外孙, 玩滑梯
  ({ last, group, word, length }) =>
    isPlainVerb(last) && group.length === 1 && length === 1 && word.tokens.length === 2 && /^n[^rst]?$/.test(word.pos)
      ? true
      : undefined,
  // 宠物犬
  ({ last, word, length, next }) =>
    /^nz?$/.test(last.pos) && /^ng?$/.test(word.pos) && length === 2 && isLoose(word) && next?.text !== '的'
      ? true
      : undefined,
  // 把书, 在家
  ({ last, word, length }) =>
    last.pos === 'p' && word.pos === 'n' && length === 1 ? word.tokens.length === 1 : undefined,
  // 他的书, where nothing follows
  ({ last, word, length, next }) =>
    last.text === '的' && length === 2 && word.pos === 'n' && word.tokens.length === 1
      ? next === undefined || next.gap > 0
      : undefined,
  // 门 走了: no name
  ({ last, word, next }) =>
    /^n/.test(last.pos) && word.pos === 'v' && next !== undefined && is('particle', next) ? false : undefined,
  // 不很好, 都去
  ({ group, word, length }) =>
    word.tokens.length === 1 && length < 3 && group.every((each) => is('adverb', each.word))
      ? !is('preposition', word)
      : undefined,
  // Content characters in a row that no word holds are most often a name: 爱芯元智, 张三
  ({ group, word, length }) => length < 4 && isLoose(word) && group.every((each) => isLoose(each.word)),
];

/** Whether a word is said together with the prosodic word before it. */
export function attaches(group: readonly SpokenWord[], spoken: SpokenWord, next: SpokenWord | undefined): boolean {
  const length = group.reduce((sum, { syllables }) => sum + syllables.length, 0);
  const meeting = { group, last: group.at(-1)!.word, length, spoken, word: spoken.word, next: next?.word };
  for (const rule of rules) {
    const answer = rule(meeting);
    if (answer !== undefined) return answer;
  }
  return false;
}

function is(kind: string, word: Word): boolean {
  return kinds.get(kind)?.has(word.text) ?? false;
}

function isPlainVerb(word: Word): boolean {
  return word.pos === 'v' && word.tokens.length === 1 && !is('light', word);
}

/** One character that means something: no pronoun, adverb, preposition or other small word. */
function isLoose(word: Word): boolean {
  return (
    word.kind === 'han' &&
    word.tokens.length === 1 &&
    !numeral.test(word.text) &&
    !/^(?:[dprfkceyou]|u[jlzgvd])$/.test(word.pos) &&
    !is('light', word)
  );
}
