import type { Lexicon } from '../text/lexicon.ts';
import { combine } from './combine.ts';
import { maskText } from './mask.ts';
import { type Replaced, replaceWords } from './replaced.ts';
import { differences, Spans } from './spans.ts';
import type { Finding, Verdict } from './verdict.ts';
import type { WordList } from './word-list.ts';

/** Judges what is written and, where the request's own lexicon puts words in place of others, what would be said. Yields now and then. */
export function* judge(list: WordList, text: string, lexicon: Lexicon | undefined): Generator<void, Verdict> {
  const written = yield* list.check(text);
  if (lexicon === undefined || written.action === 'deny') return written;
  const replaced = yield* replaceWords(text, lexicon);
  if (replaced === undefined) return written;
  const said = yield* list.check(replaced.text);
  if (said.action === 'allow') return written;
  return combine(text, written, yield* inPlacesOf(text, replaced, said, written.findings));
}

/** A verdict on the replaced text as one on the text; without findings that are `known` already. */
function* inPlacesOf(
  text: string,
  replaced: Replaced,
  said: Verdict,
  known: readonly Finding[],
): Generator<void, Verdict> {
  const masked = new Spans();
  const changed = differences(replaced.text, said.text);
  for (let index = 0; index < changed.count; index += 1) {
    const { start, end } = replaced.toSource(changed.start(index), changed.end(index));
    masked.add(start, end);
    if (index % 1024 === 1023) yield;
  }
  const keys = new Set(known.map(keyOf));
  const findings = said.findings
    .map((finding) => ({ ...finding, ...replaced.toSource(finding.start, finding.end) }))
    .filter((finding) => !keys.has(keyOf(finding)));
  return { action: said.action, text: yield* maskText(text, masked), findings };
}

function keyOf({ rule, action, start, end }: Finding): string {
  return `${rule} ${action} ${start} ${end}`;
}
