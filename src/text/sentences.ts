import type { Span } from './sentence.ts';

const ends = '。！？!?；;｡‼⁇⁈⁉…\n\r\u2028\u2029\u0085\v\f';
const closers = '”’」』）)]】》〉"\'〗〙﹂﹄';
/** A chunk without a mark of end is cut here, so that no text is ever held whole. */
const longest = 600;
/** After these a point is no end. */
const abbreviation =
  /(?:^|[^A-Za-z])(?:Mr|Mrs|Ms|Dr|Prof|Rev|Gen|Col|Lt|Sgt|Capt|Gov|Sen|Rep|Hon|St|Mt|Ft|Jr|Sr|No|Nos|Vol|Ch|Fig|Eq|Ed|Eds|pp|vs|cf|ca|al|approx|Inc|Ltd|Co|Corp|Bros|Dept|Univ|Ave|Blvd|Rd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Op|[A-Za-z](?:\.[A-Za-z])*)$/;
/** An emoji with its marks and joiners. */
const picture = /(?:\p{Extended_Pictographic}|\p{RI})(?:\p{EMod}|\p{Cf}|\p{Mn}|\p{Me})*/uy;
/** A title with an end inside of it is one name: 《你好！世界》. */
const longestTitle = 40;
const speakable = /[^\p{Z}\p{Cc}\p{Cf}\p{M}\p{P}]|[%&@‰]/u;

/**
 * The sentences of a text, lazily: nothing behind the sentence after the current one is looked at. Their spans are in
 * order, do not overlap and hold every character but white space; a run of marks alone belongs to the sentence before.
 */
export function* sentences(text: string): Generator<Span> {
  let pending: Span | undefined;
  let leading: number | undefined;
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const end = endOf(text, at);
    const trimmed = trimEnd(text, at, end);
    if (!speakable.test(text.slice(at, trimmed))) {
      if (pending !== undefined) pending = { start: pending.start, end: trimmed };
      else leading ??= at;
    } else {
      if (pending !== undefined) yield pending;
      pending = { start: leading ?? at, end: trimmed };
      leading = undefined;
    }
    at = skipSpace(text, end);
  }
  if (pending !== undefined) yield pending;
  else if (leading !== undefined) yield { start: leading, end: trimEnd(text, leading, text.length) };
}

/** Where the sentence that begins at `from` ends. */
function endOf(text: string, from: number): number {
  const limit = from + longest;
  for (let at = from; at < text.length; at += 1) {
    if (at >= limit) return cut(text, from, at);
    if (!isEnd(text, at, from)) continue;
    const end = pastMarks(text, at);
    // “走吧！”，他说: what goes on with a comma goes on.
    if (!goesOn(text, end)) return end;
    at = end - 1;
  }
  return text.length;
}

function isEnd(text: string, at: number, from: number): boolean {
  const char = text.charAt(at);
  if (char === '.' || char === '．') return isFullStop(text, at) && !isNumbering(text, from, at);
  if (!ends.includes(char)) return false;
  const next = text.charAt(at + 1);
  // An ellipsis inside a sentence hesitates.
  if (char === '…') return next === '' || /[\s"”’」』]/.test(next);
  // f(a;b), /path?a=1
  if (/[!?;]/.test(char)) return !(isWord(text.charAt(at - 1)) && isWord(next)) && !/[=&/]/.test(next);
  if (/[！？]/.test(char)) return !isAside(text, at) && !isInTitle(text, from, at);
  return true;
}

/** 1. 苹果: a number or a letter before the first words of a line. */
function isNumbering(text: string, from: number, at: number): boolean {
  return (
    at - from <= 3 &&
    /^(?:\d{1,3}|[A-Za-z])$/.test(text.slice(from, at)) &&
    /^[^\S\n\r]+\S/.test(text.slice(at + 1, at + 8))
  );
}

/** （？） marks a doubt in the middle of a sentence. */
function isAside(text: string, at: number): boolean {
  return /[（(]/.test(text.charAt(at - 1)) && /[）)]/.test(text.charAt(at + 1));
}

function isInTitle(text: string, from: number, at: number): boolean {
  const before = text.slice(Math.max(from, at - longestTitle), at);
  if (before.lastIndexOf('《') <= before.lastIndexOf('》')) return false;
  return /^[^《\n]*》/.test(text.slice(at, at + longestTitle));
}

function goesOn(text: string, end: number): boolean {
  return /[，、,：:]/.test(text.charAt(end)) && !/[\n\r]/.test(text.charAt(end - 1));
}

function isFullStop(text: string, at: number): boolean {
  const next = text.charAt(at + 1);
  const previous = text.charAt(at - 1);
  if (next === '.' || (previous === '.' && !/^\s?$/.test(next))) return false;
  if (next !== '' && /\p{Script=Han}/u.test(next)) return /[\p{Script=Han}”’」』）)]/u.test(previous);
  if (next !== '' && !/\s/.test(next) && !closers.includes(next)) return false;
  if (/^\d$/.test(previous) && /^\s?\d/.test(text.slice(at + 1, at + 3))) return false;
  return next === '' || !abbreviation.test(text.slice(Math.max(0, at - 8), at));
}

function pastMarks(text: string, at: number): number {
  let end = at + 1;
  for (;;) {
    while (end < text.length && (ends.includes(text.charAt(end)) || closers.includes(text.charAt(end)))) end += 1;
    picture.lastIndex = end;
    const found = picture.exec(text);
    if (found === null || /[\n\r]/.test(text.charAt(end - 1))) return end;
    end += found[0].length;
  }
}

/** The best place to cut `text` in `from … to`: after a comma, at a space, between two words at worst. */
function cut(text: string, from: number, to: number): number {
  const low = from + (to - from) / 3;
  for (const mark of [/[，、：,:]/, /\s/, /[）)】》”]/]) {
    for (let at = to - 1; at > low; at -= 1) {
      if (mark.test(text.charAt(at)) && !(isWord(text.charAt(at - 1)) && isWord(text.charAt(at + 1)))) return at + 1;
    }
  }
  for (let at = to; at > low; at -= 1) {
    const joined = isWord(text.charAt(at - 1)) && isWord(text.charAt(at));
    if (!joined && !/[.,:/-]/.test(text.charAt(at)) && !splitsPair(text, at)) return at;
  }
  return splitsPair(text, to) ? to + 1 : to;
}

function splitsPair(text: string, at: number): boolean {
  return (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

function isWord(char: string): boolean {
  return /^[A-Za-z0-9]$/.test(char);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

function trimEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(text.charAt(end - 1))) end -= 1;
  return end;
}
