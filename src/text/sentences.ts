import type { Span } from './sentence.ts';

const ends = '。！？!?；;｡‼⁇⁈⁉…\n\r\u2028\u2029\u0085\v\f';
const closers = '”’」』）)]】》〉"\'〗〙﹂﹄';
/** A chunk without a mark of end is cut here, so that no text is ever held whole. */
const longest = 600;
/** After these a point is no end. */
const abbreviation = /(?:^|[^A-Za-z])(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|Inc|Ltd|Co|[A-Za-z](?:\.[A-Za-z])*)$/;
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
    if (isEnd(text, at)) return pastMarks(text, at);
  }
  return text.length;
}

function isEnd(text: string, at: number): boolean {
  const char = text.charAt(at);
  if (char === '.' || char === '．') return isFullStop(text, at);
  if (!ends.includes(char)) return false;
  const next = text.charAt(at + 1);
  // An ellipsis inside a sentence hesitates.
  if (char === '…') return next === '' || /[\s"”’」』]/.test(next);
  // f(a;b), /path?a=1
  if (/[!?;]/.test(char)) return !(isWord(text.charAt(at - 1)) && isWord(next)) && !/[=&/]/.test(next);
  return true;
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
  while (end < text.length && (ends.includes(text.charAt(end)) || closers.includes(text.charAt(end)))) end += 1;
  return end;
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
