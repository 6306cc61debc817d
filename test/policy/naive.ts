/** A word as the naive matcher has it: characters that fold to themselves. */
export interface NaiveWord {
  readonly word: string;
  readonly action: 'allow' | 'mask' | 'review' | 'deny';
  readonly rule: string;
  readonly exact: boolean;
  readonly inside: boolean;
}

const letters = /[a-z0-9]/;

/** Spans of every rule, found by trying every word everywhere. Signs are those of `[ *。😀]`, invisible is `\u200b`. */
export function naively(words: readonly NaiveWord[], text: string): Map<string, [number, number][]> {
  const excuses = words.filter(({ action }) => action === 'allow').flatMap((word) => placesOf(word, text));
  const found = new Map<string, [number, number][]>();
  for (const word of words.filter(({ action }) => action !== 'allow')) {
    const places = placesOf(word, text).filter(
      ([start, end]) => !excuses.some(([from, to]) => from <= start && end <= to),
    );
    const key = `${word.action} ${word.rule}`;
    if (places.length > 0) found.set(key, [...(found.get(key) ?? []), ...places]);
  }
  return new Map([...found].map(([key, places]) => [key, joined(places)]));
}

function placesOf({ word, exact, inside }: NaiveWord, text: string): [number, number][] {
  const gap = exact ? '\\u200b*' : '[ \\u200b]*(?:[*。😀][ \\u200b]*){0,16}';
  const pattern = new RegExp([...word].map((char) => char.replace(/[*+]/, '\\$&')).join(gap), 'uy');
  const places: [number, number][] = [];
  for (let at = 0; at < text.length; at += 1) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    // The flag u steps back from the second half of a pair.
    if (match === null || match.index !== at) continue;
    const end = at + match[0].length;
    if (!inside && (joins(word.at(0)!, before(text, at)) || joins(word.at(-1)!, behind(text, end)))) continue;
    places.push([at, end]);
  }
  return places;
}

function joins(char: string, other: string): boolean {
  return letters.test(char) && letters.test(other);
}

function before(text: string, at: number): string {
  return text.slice(0, at).replaceAll('\u200b', '').at(-1) ?? '';
}

function behind(text: string, at: number): string {
  return text.slice(at).replaceAll('\u200b', '').at(0) ?? '';
}

function joined(places: readonly [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  for (const [start, end] of places.toSorted(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
