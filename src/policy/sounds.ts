import { readTable } from '../text/data.ts';

/** Syllables are symbols of the private use area, which no folded text holds as anything but a sign. */
const FIRST_SYLLABLE = 0xe000;

let sounds: Uint16Array | undefined;

/**
 * The symbol of what a symbol sounds like: a syllable without its tone for a Han character, read as it is read alone
 * (data/characters.tsv); anything else sounds like itself.
 */
export function loadSounds(): Uint16Array {
  sounds ??= make();
  return sounds;
}

function make(): Uint16Array {
  const table = Uint16Array.from({ length: 0x10000 }, (_, symbol) => symbol);
  const syllables = new Map<string, number>();
  for (const [reading, characters] of readTable('characters.tsv')) {
    const plain = reading!.replace(/\d$/, '');
    const syllable = syllables.get(plain) ?? FIRST_SYLLABLE + syllables.size;
    syllables.set(plain, syllable);
    for (const char of characters!) if (char.length === 1) table[char.charCodeAt(0)] = syllable;
  }
  return table;
}
