import { pinyin } from 'pinyin-pro';

/**
 * Readings of Han characters in context, `lv4` style, before any sandhi; undefined where there is none. This is the only
 * file that knows pinyin-pro (0.6 MB of code and tables; about 30 MB of memory, 40 ms to load and 25 ms for the first call).
 */
export function readHan(characters: readonly string[]): (string | undefined)[] {
  const text = characters.join('');
  const readings = pinyin(text, { toneType: 'num', toneSandhi: false, type: 'array', nonZh: 'spaced' });
  // One reading a character is its contract; should a rare character break it, each is read alone.
  const aligned = readings.length === characters.length ? readings : characters.map(readAlone);
  return aligned.map((reading) => normalizeReading(reading));
}

function readAlone(character: string): string {
  return pinyin(character, { toneType: 'num', toneSandhi: false });
}

/** Interjections that no syllable table has. */
const aliases: Readonly<Record<string, string>> = {
  n: 'en',
  ng: 'en',
  m: 'mu',
  hng: 'heng',
  hm: 'heng',
  ê: 'ei',
  lüe: 'lve',
  nüe: 'nve',
};

function normalizeReading(reading: string): string | undefined {
  const match = /^([a-zêü]+)([0-5])$/u.exec(reading.normalize('NFC'));
  if (match === null) return undefined;
  const base = match[1]!.replace(/ü/g, 'v');
  return `${aliases[base] ?? base}${match[2] === '0' ? '5' : match[2]}`;
}
