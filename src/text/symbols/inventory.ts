import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../config/paths.ts';

export type InventoryLanguage = 'PinYin' | 'Sichuan' | 'ZhHK' | 'WuuShanghai';

export const inventoryLanguages: readonly InventoryLanguage[] = ['PinYin', 'Sichuan', 'ZhHK', 'WuuShanghai'];

/** What every table ends with: pad, end of sentence, mask. Older voices lack the last. */
export const specials = ['_', '~', '@[MASK]'] as const;

/** The names of the symbols of a language. An id is a position: in these lists, then in `specials`. */
export interface Inventory {
  readonly language: InventoryLanguage;
  /** In the order of the original phone set, then `#1` … `#4`. */
  readonly phones: readonly string[];
  /** `tone1`, `tone_none`, … in the order of the original list. */
  readonly tones: readonly string[];
  readonly syllableFlags: readonly string[];
  readonly wordSegments: readonly string[];
  readonly emotions: readonly string[];
  /** Syllable without tone → its phones. */
  readonly syllables: ReadonlyMap<string, readonly string[]>;
}

const pauses = ['#1', '#2', '#3', '#4'];

const syllableFlags = ['s_begin', 's_end', 's_none', 's_both', 's_middle'];

const wordSegments = ['word_begin', 'word_end', 'word_middle', 'word_both', 'word_none'];

const emotionNames =
  'none neutral angry disgust fear happy sad surprise calm gentle relax lyrical serious disgruntled satisfied ' +
  'disappointed excited anxiety jealousy hate pity pleasure arousal dominance placeholder1 placeholder2 ' +
  'placeholder3 placeholder4 placeholder5 placeholder6 placeholder7 placeholder8 placeholder9';

const emotions = emotionNames.split(' ').map((name) => `emotion_${name}`);

interface InventoryFile {
  readonly language: InventoryLanguage;
  readonly phones: readonly string[];
  /** Tone digits; the empty one is no tone. */
  readonly tones: readonly string[];
  /** Syllable → its phones, separated by a space. */
  readonly syllables: Readonly<Record<string, string>>;
}

const loaded = new Map<InventoryLanguage, Inventory>();

/** The symbol tables of a language, read from `data/inventories` once. */
export function loadInventory(language: InventoryLanguage): Inventory {
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const inventory = readInventory(join(packageRoot, 'data', 'inventories', `${language}.json`));
  loaded.set(language, inventory);
  return inventory;
}

function readInventory(path: string): Inventory {
  const file = JSON.parse(readFileSync(path, 'utf8')) as InventoryFile;
  return {
    language: file.language,
    phones: [...file.phones, ...pauses],
    tones: file.tones.map((tone) => `tone${tone === '' ? '_none' : tone}`),
    syllableFlags,
    wordSegments,
    emotions,
    syllables: new Map(Object.entries(file.syllables).map(([syllable, phones]) => [syllable, phones.split(' ')])),
  };
}
