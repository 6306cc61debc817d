import type { Entry } from './entries.ts';
import { maskText } from './mask.ts';
import { scan } from './scan.ts';
import { Exceptions, Spans } from './spans.ts';
import { type Action, byPlace, FINDINGS_KEPT, type Finding, stricter, type Verdict } from './verdict.ts';
import { compileWords, type Words } from './words.ts';

interface Mark {
  readonly rule: string;
  readonly action: Action;
}

/** Compiled lists: what is looked for, and what excuses it. Never changes. */
export class WordList {
  readonly words: number;
  readonly rules: number;
  readonly #found: Words;
  readonly #allowed: Words | undefined;
  readonly #marks: readonly Mark[];

  private constructor(entries: readonly Entry[], found: Words, allowed: Words | undefined, marks: readonly Mark[]) {
    this.words = entries.length;
    this.rules = new Set(entries.map(({ rule }) => rule)).size;
    this.#found = found;
    this.#allowed = allowed;
    this.#marks = marks;
  }

  /** Compiles entries; yields now and then. `homophones` looks by sound for every word that can be. */
  static *compile(entries: readonly Entry[], homophones: boolean): Generator<void, WordList> {
    const marks: Mark[] = [];
    const numbers = new Map<string, number>();
    const markOf = ({ rule, action }: Entry): number => {
      const key = `${action} ${rule}`;
      const number = numbers.get(key) ?? marks.push({ rule, action }) - 1;
      numbers.set(key, number);
      return number;
    };
    const excuses = entries.filter(({ action }) => action === 'allow');
    const refused = entries.filter(({ action }) => action !== 'allow');
    const found = yield* compileWords(refused, homophones, markOf);
    // An excuse holds for what is written in this way, not for what sounds like it.
    const allowed = excuses.length === 0 ? undefined : yield* compileWords(excuses, false, () => 0);
    return new WordList(entries, found, allowed, marks);
  }

  /** Linear in the text; yields now and then. */
  *check(text: string): Generator<void, Verdict> {
    const excuses = new Exceptions();
    if (this.#allowed !== undefined) yield* scan(this.#allowed, text, (start, end) => excuses.add(start, end));
    /** By mark. */
    const found: Spans[] = [];
    const masked = new Spans();
    yield* scan(this.#found, text, (start, end, word) => {
      if (excuses.excuse(start, end)) return;
      const mark = this.#found.marks[word]!;
      found[mark] ??= new Spans();
      found[mark].add(start, end);
      if (this.#marks[mark]!.action === 'mask') masked.add(start, end);
    });
    const findings = found.flatMap((spans, mark) => this.#findings(spans, this.#marks[mark]!));
    if (findings.length === 0) return { action: 'allow', text, findings: [] };
    const action = findings.map((finding) => finding.action).reduce(stricter);
    return { action, text: yield* maskText(text, masked), findings: findings.sort(byPlace).slice(0, FINDINGS_KEPT) };
  }

  #findings(spans: Spans, { rule, action }: Mark): Finding[] {
    return Array.from({ length: Math.min(spans.count, FINDINGS_KEPT) }, (_, index) => ({
      rule,
      action,
      start: spans.start(index),
      end: spans.end(index),
    }));
  }
}
