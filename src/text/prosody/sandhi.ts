import { type Spoken, toneOf, withTone } from '../pronounce/reading.ts';
import { type Group, gapBefore, lengthOf } from './group.ts';

const digits = '零幺一二三四五六七八九';
const numerals = `${digits}十百千万亿`;

/** Surface tones: 一 and 不 by what follows, then third tones inside prosodic words. Changes the syllables' `pinyin`. */
export function applySandhi(groups: readonly Group[]): void {
  const places = groups.flatMap(placesOf);
  for (const [index, place] of places.entries()) {
    const next = places[index + 1];
    const following = next === undefined || next.paused ? undefined : next;
    const previous = place.paused ? undefined : places[index - 1];
    if (place.syllable.text === '一')
      place.syllable.pinyin = withTone('yi1', toneOfOne(place, previous, following, places[index - 2]));
    else if (place.syllable.text === '不' && /^bu4$/.test(place.syllable.reading)) {
      place.syllable.pinyin = withTone('bu4', toneOfNot(place, previous, following));
    }
  }
  for (const group of groups) thirdTones(group);
  acrossGroups(groups);
}

/** 看不见, 想不出来, 差不多: the complement's 不 is light. */
const cannot = /^.不(?:[见到上下起完了住开动来去清懂着及过多得定]|[上下进出回过起][来去])$/u;

/** A syllable with what decides its tone. */
interface Place {
  readonly syllable: Spoken;
  readonly word: string;
  readonly pos: string;
  /** Part of a number that a rule has read. */
  readonly counted: boolean;
  /** Position in the lexical word, and whether it is the last there. */
  readonly index: number;
  readonly last: boolean;
  /** Whether it begins a prosodic word. */
  readonly first: boolean;
  /** A pause comes before it. */
  readonly paused: boolean;
}

function placesOf(group: Group): Place[] {
  return group.flatMap(({ word, syllables }, at) =>
    syllables.map((syllable, index) => ({
      syllable,
      word: word.text,
      pos: word.pos,
      counted: (word.tokens[0]?.group ?? 0) > 0,
      index,
      last: index === syllables.length - 1,
      first: at === 0 && index === 0,
      paused: at === 0 && index === 0 && gapBefore(group) === 3,
    })),
  );
}

function toneOfOne(
  place: Place,
  previous: Place | undefined,
  next: Place | undefined,
  beforeThat: Place | undefined,
): number {
  const before = previous?.syllable.text ?? '';
  const after = next?.syllable.text ?? '';
  if (
    /^[第初]$/.test(before) ||
    /^(?:星期|礼拜|周)$/.test(previous?.word ?? '') ||
    /^(?:星期|礼拜|周)一$/.test(place.word)
  )
    return 1;
  if (next === undefined || next.syllable.phones !== undefined) return 1;
  if (/^[百千万亿]$/.test(after)) return toneOf(next.syllable.reading) === 4 ? 2 : 4;
  if (before !== '' && numerals.includes(before)) return 1;
  if (
    after === '十' ||
    digits.includes(after) ||
    (place.counted && /^[点比月日号]$/.test(after)) ||
    /^[月日号]$/.test(after)
  )
    return 1;
  if (place.counted && place.word === '一' && next.first) return 1;
  if (place.last && place.word.length > 1) return 1;
  // 三比一
  if (before === '比' && numerals.includes(beforeThat?.syllable.text ?? '。')) return 1;
  // 看一看, but not 一步一步
  if (before !== '' && before === after && beforeThat?.syllable.text !== '一') return 5;
  const tone = toneOf(next.syllable.reading);
  return tone === 4 || after === '个' ? 2 : 4;
}

function toneOfNot(place: Place, previous: Place | undefined, next: Place | undefined): number {
  if (next === undefined || next.syllable.phones !== undefined) return 4;
  if (previous !== undefined && previous.syllable.text === next.syllable.text) return 5;
  if (place.index === 1 && place.word.length > 2 && (place.pos.startsWith('v') || cannot.test(place.word))) return 5;
  if (place.index === 0 && previous?.pos === 'v' && !place.first && cannot.test(previous.word + place.word)) return 5;
  return toneOf(next.syllable.reading) === 4 ? 2 : 4;
}

/**
 * Four characters said syllable by syllable: pypinyin's rule leaves every such word alone, which is wrong of most
 * (老老实实, 有板有眼), so these are listed.
 */
const keepsThirds: ReadonlySet<string> = new Set(['辗转反侧']);

/**
 * Two third tones in a row: the first rises. Inside a lexical word from left to right, then between the words of the
 * group, so that 老/保管 is 3 2 3 and 保管/好 is 2 2 3.
 */
function thirdTones(group: Group): void {
  for (const { word, syllables } of group) {
    if (!keepsThirds.has(word.text)) raise(syllables);
  }
  for (let index = 0; index + 1 < group.length; index += 1) {
    const [left, right] = [group[index]!.syllables.at(-1), group[index + 1]!.syllables[0]];
    if (left !== undefined && right !== undefined) raise([left, right]);
  }
}

/** A syllable alone leans on what follows, over the edge of its prosodic word: 与#1宠物, 有#1两个. */
function acrossGroups(groups: readonly Group[]): void {
  for (let index = groups.length - 2; index >= 0; index -= 1) {
    const [group, next] = [groups[index]!, groups[index + 1]!];
    const here = group[0]?.syllables[0];
    const following = next[0]?.syllables[0];
    if (here !== undefined && following !== undefined && lengthOf(group) === 1 && gapBefore(next) === 0) {
      raise([here, following]);
    }
  }
}

function raise(syllables: readonly Spoken[]): void {
  for (let index = 0; index + 1 < syllables.length; index += 1) {
    const [here, next] = [syllables[index]!, syllables[index + 1]!];
    if (isThird(here) && isThird(next)) here.pinyin = withTone(here.pinyin, 2);
  }
}

function isThird(syllable: Spoken): boolean {
  return syllable.phones === undefined && toneOf(syllable.pinyin) === 3;
}
