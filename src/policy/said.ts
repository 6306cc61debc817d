import { isAlwaysSaid } from '../text/always-said.ts';
import { foldAt, isSeen, loadFolding } from './folding.ts';
import { maskText } from './mask.ts';
import type { Replaced } from './replaced.ts';
import { Spans } from './spans.ts';

/** Never there, for whoever looks for words. */
const NOTHING = '\u2060';

const STRETCH = 1 << 16;

/** What is known of UTF-16 units, 0 for nothing yet. */
const units = new Uint8Array(0x10000);
const stays = 1;
const goes = 2;

/**
 * A text as it may be said, every character in its place: what would part two characters and may not be said itself
 * (敏あ感词, which reading passes over) is no more there than a joiner. Undefined where there is nothing of the kind.
 * Yields now and then.
 */
export function* onlySaid({ text, toSource }: Replaced): Generator<void, Replaced | undefined> {
  const unsaid = new Spans();
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (units[unit] !== stays) {
      const code = text.codePointAt(at)!;
      const end = at + (code > 0xffff ? 2 : 1);
      if (goesAway(code)) unsaid.add(at, end);
      at = end - 1;
    }
    if (at % STRETCH === 0) yield;
  }
  return unsaid.count === 0 ? undefined : { text: yield* maskText(text, unsaid, NOTHING), toSource };
}

/** Halves of pairs are never known: a pair is looked at each time. */
function goesAway(code: number): boolean {
  if (code <= 0xffff && units[code] !== 0) return units[code] === goes;
  const char = String.fromCodePoint(code);
  const folding = loadFolding();
  const away = !isAlwaysSaid(char) && isSeen(foldAt(folding, char, 0), folding);
  if (code < 0xd800 || (code > 0xdfff && code <= 0xffff)) units[code] = away ? goes : stays;
  return away;
}
