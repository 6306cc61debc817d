const marks: Readonly<Record<string, string>> = { a: 'āáǎà', e: 'ēéěè', i: 'īíǐì', o: 'ōóǒò', u: 'ūúǔù', ü: 'ǖǘǚǜ' };

/**
 * `lv4` as it is printed, `lǜ`; what is no such syllable stays. The mark goes on a, else e, else the o of ou, else the
 * last vowel.
 */
export function withToneMark(syllable: string): string {
  const match = /^([a-zü]+?)([1-5])$/.exec(syllable.replaceAll('v', 'ü'));
  if (match === null) return syllable;
  const [, letters = '', tone = '5'] = match;
  if (tone === '5') return letters;
  const at = [letters.indexOf('a'), letters.indexOf('e'), letters.indexOf('ou')].find((found) => found >= 0);
  const place = at ?? letters.search(/[iouü](?=[^iouü]*$)/);
  const marked = marks[letters[place] ?? '']?.[Number(tone) - 1];
  return marked === undefined ? letters : letters.slice(0, place) + marked + letters.slice(place + 1);
}
