import type { Word } from '../segment/word.ts';
import { neutral, notNeutral } from './entries.ts';
import { type Spoken, toneOf, withTone } from './reading.ts';

/** The full tones of what the dictionary makes neutral in words that are not. */
const citation: Readonly<Record<string, number>> = { 子: 3, 嘛: 2, 得: 2, 地: 4, 下: 4, 人: 2 };

const particles = /^[的地得了着吧呢吗啊呀嘛啦哦们么咯喽呗]$/u;
const counting = /[一二两三四五六七八九十百千万亿几多半这那哪每各某数零〇\d]$/u;

/** Makes the syllables neutral that are said so whatever the dictionary has. */
export function neutralTone(word: Word, syllables: readonly Spoken[], previous: Word | undefined): void {
  const last = syllables.at(-1);
  if (last === undefined || syllables.length !== word.tokens.length) return;
  if (isNotNeutral(word.text)) {
    const doubled = isTwice(word.text) ? toneOf(syllables[0]!.reading) : 5;
    if (/5$/.test(last.reading)) set(last, citation[word.text.slice(-1)] ?? doubled);
    return;
  }
  if (isNeutral(word.text)) set(last, 5);
  else if (word.text === '个' && previous !== undefined && word.gap === 0 && !counting.test(previous.text))
    set(last, 5);
  else if (word.text === '过' && word.gap === 0 && isAspect(previous)) set(last, 5);
  else if (isDoubled(word, syllables)) set(last, 5);
  else if (
    word.tokens.length === 1 &&
    particles.test(word.text) &&
    /^(?:de|le|zhe|ba|ne|ma|a|ya|la|men|me|bei|lo|o)\d$/.test(last.reading)
  )
    set(last, 5);
}

function isNeutral(word: string): boolean {
  return neutral.has(word) || (word.length > 2 && neutral.has(word.slice(-2)));
}

function isNotNeutral(word: string): boolean {
  return notNeutral.has(word) || (word.length > 2 && notNeutral.has(word.slice(-2)));
}

/** 去过, 看过: a verb of one syllable. */
function isAspect(previous: Word | undefined): boolean {
  return previous?.tokens.length === 1 && previous.pos.startsWith('v');
}

/** 妈妈, 看看, 星星: the same syllable twice in a noun or a verb. */
function isDoubled(word: Word, syllables: readonly Spoken[]): boolean {
  return isTwice(word.text) && /^[nv]/.test(word.pos) && syllables[0]!.reading === syllables[1]!.reading;
}

function isTwice(word: string): boolean {
  return word.length === 2 && word.charAt(0) === word.charAt(1);
}

function set(syllable: Spoken, tone: number): void {
  if (toneOf(syllable.reading) === tone) return;
  syllable.reading = withTone(syllable.reading, tone);
  syllable.pinyin = syllable.reading;
  syllable.by = 'neutral';
}
