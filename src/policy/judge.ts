import type { Lexicon } from '../text/lexicon.ts';
import { combine } from './combine.ts';
import { maskText } from './mask.ts';
import { type Replaced, replaceWords } from './replaced.ts';
import { onlySaid } from './said.ts';
import { differences, Spans } from './spans.ts';
import type { Finding, Verdict } from './verdict.ts';
import type { WordList } from './word-list.ts';

/**
 * Judges what is written, and what would be said where that is something else: without what reading passes over, and
 * with what the request's own lexicon puts in place of words. Yields now and then.
 */
export function* judge(list: WordList, text: string, lexicon: Lexicon | undefined): Generator<void, Verdict> {
  const written: Replaced = { text, toSource: (start, end) => ({ start, end }) };
  let verdict = yield* list.check(text);
  verdict = yield* alsoAs(yield* onlySaid(written), list, text, verdict);
  if (lexicon === undefined || verdict.action === 'deny') return verdict;
  const replaced = yield* replaceWords(text, lexicon);
  if (replaced === undefined) return verdict;
  verdict = yield* alsoAs(replaced, list, text, verdict);
  return yield* alsoAs(yield* onlySaid(replaced), list, text, verdict);
}

/** A verdict on the text, and on how else it may be read. */
function* alsoAs(
  reading: Replaced | undefined,
  list: WordList,
  text: string,
  verdict: Verdict,
): Generator<void, Verdict> {
  if (reading === undefined || verdict.action === 'deny') return verdict;
  const said = yield* list.check(reading.text);
  if (said.action === 'allow') return verdict;
  return combine(text, verdict, yield* inPlacesOf(text, reading, said, verdict.findings));
}

/** A verdict on a reading of the text as one on the text; without findings that are `known` already. */
function* inPlacesOf(
  text: string,
  reading: Replaced,
  said: Verdict,
  known: readonly Finding[],
): Generator<void, Verdict> {
  const masked = new Spans();
  const changed = differences(reading.text, said.text);
  for (let index = 0; index < changed.count; index += 1) {
    const { start, end } = reading.toSource(changed.start(index), changed.end(index));
    masked.add(start, end);
    if (index % 1024 === 1023) yield;
  }
  const keys = new Set(known.map(keyOf));
  const findings = said.findings
    .map((finding) => ({ ...finding, ...reading.toSource(finding.start, finding.end) }))
    .filter((finding) => !keys.has(keyOf(finding)));
  return { action: said.action, text: yield* maskText(text, masked), findings };
}

function keyOf({ rule, action, start, end }: Finding): string {
  return `${rule} ${action} ${start} ${end}`;
}
