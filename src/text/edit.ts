import type { Lexicon } from './lexicon.ts';
import { canonical } from './lexicon.ts';
import type { SpokenToken } from './normalize/token.ts';
import type { Span, TextWarning } from './sentence.ts';

/** A reading that the user has given. */
export interface Given {
  readonly reading: string;
  readonly by: string;
}

/** A sentence as it is to be read, with the source of each of its characters, and what the user says of them. */
export interface Edited {
  readonly text: string;
  /** Readings by the place of their character in the source. */
  readonly given: ReadonlyMap<number, Given>;
  /** Words of the user's lexicon by their place in the source: they are one word, of so many characters. */
  readonly words: ReadonlyMap<number, number>;
  readonly warnings: readonly TextWarning[];
  /** What was made of `text`, back in the places of the source. */
  readonly toSource: <T extends Span>(item: T) => T;
}

const inline = /\{([A-Za-züÜ:]{1,7}\d)\}/y;
const han = /\p{Script=Han}/u;

/**
 * Takes `字{pin1}` readings and the lexicons' words out of a sentence; undefined when there are none. Lexicons come in
 * the order of their say. A reading that `isSyllable` does not know is a warning.
 */
export function edit(
  source: string,
  span: Span,
  lexicons: readonly Lexicon[],
  isSyllable: (name: string) => boolean,
): Edited | undefined {
  if (lexicons.length === 0 && source.indexOf('{', span.start) < 0) return undefined;
  const draft = new Draft();
  for (let at = span.start; at < span.end; ) {
    const next = draft.takeInline(source, at, isSyllable) ?? draft.takeWord(source, at, span.end, lexicons);
    if (next === undefined) draft.copy(source, at);
    at = next ?? at + 1;
  }
  return draft.changed ? draft : undefined;
}

class Draft implements Edited {
  text = '';
  changed = false;
  readonly given = new Map<number, Given>();
  readonly words = new Map<number, number>();
  readonly warnings: TextWarning[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  readonly toSource = <T extends Span>(item: T): T => ({
    ...item,
    start: this.#starts[item.start] ?? this.#ends.at(-1) ?? 0,
    end: this.#ends[Math.max(item.start, item.end - 1)] ?? this.#ends.at(-1) ?? 0,
  });

  copy(source: string, at: number): void {
    this.#put(source.charAt(at), at, at + 1);
  }

  takeInline(source: string, at: number, isSyllable: (name: string) => boolean): number | undefined {
    const previous = this.#starts.at(-1);
    if (source.charAt(at) !== '{' || previous === undefined || !han.test(lastOf(this.text))) return undefined;
    inline.lastIndex = at;
    const match = inline.exec(source);
    if (match === null) return undefined;
    const end = at + match[0].length;
    const reading = canonical(match[1]!);
    if (reading !== undefined && isSyllable(reading.slice(0, -1))) this.given.set(previous, { reading, by: 'inline' });
    else this.warnings.push({ code: 'reading_invalid', text: match[0], start: at, end });
    this.changed = true;
    return end;
  }

  takeWord(source: string, at: number, limit: number, lexicons: readonly Lexicon[]): number | undefined {
    const found = lexicons.map((lexicon) => lexicon.match(source, at)).find((match) => match !== undefined);
    if (found === undefined || at + found.word.length > limit) return undefined;
    const { word, entry } = found;
    const end = at + word.length;
    this.changed = true;
    if (entry.kind === 'replacement') {
      for (let index = 0; index < entry.text.length; index += 1) this.#put(entry.text.charAt(index), at, end);
      return end;
    }
    this.words.set(at, entry.syllables.length);
    let place = at;
    for (const [index, char] of [...word].entries()) {
      this.given.set(place, { reading: entry.syllables[index]!, by: `lexicon:${word}` });
      for (let unit = 0; unit < char.length; unit += 1) this.copy(source, place + unit);
      place += char.length;
    }
    return end;
  }

  #put(char: string, start: number, end: number): void {
    this.text += char;
    this.#starts.push(start);
    this.#ends.push(end);
  }
}

function lastOf(text: string): string {
  return text.slice((text.charCodeAt(text.length - 1) & 0xfc00) === 0xdc00 ? -2 : -1);
}

/** Tokens and warnings of an edited text, in the places of its source. */
export function restore(
  edited: Edited,
  source: string,
  written: { readonly tokens: readonly SpokenToken[]; readonly warnings: readonly TextWarning[] },
) {
  const warnings = written.warnings.map((each) => {
    const placed = edited.toSource(each);
    return { ...placed, text: source.slice(placed.start, placed.end) };
  });
  return { tokens: written.tokens.map(edited.toSource), warnings: [...warnings, ...edited.warnings] };
}
