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

/** 看得见, 抽不出, 买不起来 */
const can = /^[不得](?:见|出|到|上|下|起|完|了|住|开|动|来|去|清|懂|着|及|过|起来|出来|下去|过来|过去)$/u;
const direction = /^(?:[上下进出回过]来|[上下进出回过]去|起来|开来)$/u;
const titles =
  /^(?:先生|女士|小姐|老师|教授|经理|医生|大夫|总|师傅|主任|局长|校长|院长|书记|部长|队长|同志|大爷|大妈|阿姨|老板|博士)$/u;

type Rule = (meeting: Meeting) => boolean | undefined;

/** The first rule with an answer decides. */
const rules: readonly Rule[] = [
  ({ last, word }) => (last.kind === 'latin' || word.kind === 'latin' ? false : undefined),
  // 我们的, 散步吧
  ({ word }) => (is('particle', word) ? true : undefined),
  // 看了看
  ({ last, group, word }) =>
    last.text === '了' && group.length === 2 && word.pos === 'v' && group[0]?.word.text === word.text
      ? true
      : undefined,
  // 看不见, 想不出来
  ({ last, word, length, next }) =>
    last.pos === 'v' && last.tokens.length === 1 && length === 1 && !is('light', last)
      ? can.test(word.text) ||
        (/^[不得]$/u.test(word.text) && next?.gap === 0 && direction.test(next.text)) ||
        undefined
      : undefined,
  // 站起来, 走了进来, 想不出来
  ({ last, group, word, length }) =>
    direction.test(word.text) && length < 3 && /^v/.test(group[0]!.word.pos) && !is('light', group[0]!.word)
      ? last.tokens.length === 1
      : undefined,
  // 拍下, 走上
  ({ last, word, length }) =>
    /^[上下]$/u.test(word.text) && last.pos === 'v' && length === 1 && !is('light', last) ? true : undefined,
  // 不知道, 没听见
  ({ last, word, length }) =>
    length === 1 && /^[不没未]$/u.test(last.text) && /^[va]/.test(word.pos) && word.tokens.length === 2
      ? true
      : undefined,
  // 王教授
  ({ last, word, length }) => (length === 1 && titles.test(word.text) && is('surname', last) ? true : undefined),
  // 这本书 as the word list has it, and 这钱
  ({ last, word, length, next }) =>
    length === 1 && /^[这那每哪]$/u.test(last.text) && word.pos.startsWith('n')
      ? (word.tokens.length === 1 && next?.text !== '的') || is('measured', word) || undefined
      : undefined,
  // 新衣裳, 老地方
  ({ last, word, length }) =>
    length === 1 && /^[大小新老旧]$/u.test(last.text) && /^n[^rst]?$/.test(word.pos) && word.tokens.length === 2
      ? true
      : undefined,
  // 低着头
  ({ last, group, word, length, next }) =>
    last.text === '着' && group[0]!.word.tokens.length === 1 && length === 2 && isNounAlone(word)
      ? !/^(?:的|里|上|中|们)$/u.test(next?.text ?? '')
      : undefined,
  // 坐满了人, 一条腿, where nothing follows
  ({ last, word, length, next }) =>
    isNounAlone(word) && ended(next) && length < 4 && (/^[了过]$/u.test(last.text) || is('classifier', last))
      ? true
      : undefined,
  // 一看
  ({ last, word, length }) =>
    last.text === '一' && length === 1 && word.pos === 'v' && word.tokens.length === 1 ? true : undefined,
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
  // 门 走了, 手 插在: no name
  ({ last, word, next }) =>
    /^n/.test(last.pos) && word.pos === 'v' && next !== undefined && (is('particle', next) || is('complement', next))
      ? false
      : undefined,
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

function isNounAlone(word: Word): boolean {
  return word.tokens.length === 1 && word.pos === 'n';
}

/** Whether a pause follows. */
function ended(next: Word | undefined): boolean {
  return next === undefined || next.gap > 0;
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
