import { Automaton } from './automaton.ts';
import { canSound, type Entry } from './entries.ts';
import { loadFolding, symbolClass } from './folding.ts';
import { loadSounds } from './sounds.ts';

/** `Words.edges`: where a word may not be part of a longer one. */
export const edge = { before: 1, behind: 2 } as const;

const STRETCH = 1024;

/** Words to look for in one pass. Each has a number, by which the arrays tell about it. */
export interface Words {
  /** Words that are found whatever signs stand between their characters. */
  readonly loose: Automaton | undefined;
  /** Words that are found as written. */
  readonly exact: Automaton | undefined;
  /** Words that are found by their syllables. */
  readonly sound: Automaton | undefined;
  /** Length in symbols. */
  readonly lengths: Uint8Array;
  readonly edges: Uint8Array;
  /** What the caller makes of a word. A word within another of the same mark need not be told. */
  readonly marks: Int32Array;
}

/**
 * Builds the automata. Yields now and then.
 *
 * @param homophones look by sound for every word that has two Han characters and is not exact
 * @param markOf what `Words.marks` holds
 */
export function* compileWords(
  entries: readonly Entry[],
  homophones: boolean,
  markOf: (entry: Entry) => number,
): Generator<void, Words> {
  const sizes = { loose: 0, exact: 0, sound: 0 };
  const kinds: (keyof typeof sizes)[] = [];
  for (const { exact, sound, symbols } of entries) {
    const kind = exact ? 'exact' : sound || (homophones && canSound(symbols)) ? 'sound' : 'loose';
    sizes[kind] += symbols.length;
    kinds.push(kind);
    if (kinds.length % STRETCH === 0) yield;
  }
  const automata = {
    loose: new Automaton(sizes.loose),
    exact: new Automaton(sizes.exact),
    sound: new Automaton(sizes.sound),
  };
  const lengths = new Uint8Array(entries.length);
  const edges = new Uint8Array(entries.length);
  const marks = new Int32Array(entries.length);
  for (const [number, entry] of entries.entries()) {
    const { symbols } = entry;
    const kind = kinds[number]!;
    automata[kind].add(kind === 'sound' ? soundsOf(symbols) : symbols, number);
    lengths[number] = symbols.length;
    edges[number] = entry.inside ? 0 : edgesOf(symbols);
    marks[number] = markOf(entry);
    if (number % STRETCH === 0) yield;
  }
  // Spans of one mark are joined, and an excuse for the longer word is one for the shorter: the longer one is enough
  // where it is always found.
  const covers = (longer: number, shorter: number) => edges[longer] === 0 && marks[longer] === marks[shorter];
  for (const automaton of Object.values(automata)) yield* automaton.finish(covers);
  const filled = (automaton: Automaton) => (automaton.longest === 0 ? undefined : automaton);
  return {
    loose: filled(automata.loose),
    exact: filled(automata.exact),
    sound: filled(automata.sound),
    lengths,
    edges,
    marks,
  };
}

function soundsOf(symbols: string): string {
  const sounds = loadSounds();
  let result = '';
  for (let at = 0; at < symbols.length; at += 1) result += String.fromCharCode(sounds[symbols.charCodeAt(at)]!);
  return result;
}

function edgesOf(symbols: string): number {
  const { classes } = loadFolding();
  const isLetter = (at: number) => classes[symbols.charCodeAt(at)] === symbolClass.letter;
  return (isLetter(0) ? edge.before : 0) | (isLetter(symbols.length - 1) ? edge.behind : 0);
}
