/** What groups of letters sound like, the longest first; the pattern is tried where the word stands. */
const sounds: readonly (readonly [letters: RegExp, phones: string])[] = (
  [
    ['tion', 'sh ah n'],
    ['sion', 'zh ah n'],
    ['ough', 'ao'],
    ['eigh', 'ey'],
    ['igh', 'ay'],
    ['tch', 'ch'],
    ['dge', 'jh'],
    ['^kn', 'n'],
    ['^wr', 'r'],
    ['ch|sh|th', ''],
    ['ph', 'f'],
    ['wh', 'w'],
    ['ck', 'k'],
    ['qu', 'k w'],
    ['ng(?=[^aeiouy]|$)', 'ng'],
    ['a(?=[bcdfgklmnpstvz]e$)|ai|ay|ei', 'ey'],
    ['i(?=[bcdfgklmnpstvz]e$)', 'ay'],
    ['o(?=[bcdfgklmnpstvz]e$)|oa|o$|ow$|oe$', 'ow'],
    ['u(?=[bcdfgklmnpstvz]e$)|oo|ew|ue|u$', 'uw'],
    ['ee|ea|ie|e(?=[bcdfgklmnpstvz]e$)|y$|i$', 'iy'],
    ['ou|ow', 'aw'],
    ['au|aw', 'ao'],
    ['oi|oy', 'oy'],
    ['er|ir|ur', 'er'],
    ['ar', 'aa r'],
    ['or', 'ao r'],
    ['(?<=.)e$', ''],
    ['c(?=[eiy])|ss|s', 's'],
    ['g(?=e|i)', 'jh'],
    ['(?:bb|dd|ff|gg|ll|mm|nn|pp|rr|tt|zz|vv)', ''],
    ['x', 'k s'],
    ['c|k|q', 'k'],
    ['h', 'hh'],
    ['j', 'jh'],
    ['y(?=[aeiou])', 'y'],
    ['a', 'ae'],
    ['e', 'eh'],
    ['i|y', 'ih'],
    ['o', 'aa'],
    ['u', 'ah'],
    ['[bdfglmnprtvwz]', ''],
  ] as const
).map(([letters, phones]) => [new RegExp(letters, 'y'), phones]);

const vowel = /^(?:aa|ae|ah|ao|aw|ay|eh|er|ey|ih|iy|ow|oy|uh|uw)$/;

/**
 * Letters to sound for a lower-case word that no dictionary has: ARPAbet, the first vowel stressed; undefined without
 * vowel.
 */
export function soundOut(word: string): string | undefined {
  const phones: string[] = [];
  for (let at = 0; at < word.length; ) {
    const [length, said] = soundAt(word, at);
    phones.push(...said);
    at += length;
  }
  const first = phones.findIndex((phone) => vowel.test(phone));
  if (first < 0) return undefined;
  return phones.map((phone, index) => (vowel.test(phone) ? `${phone}${index === first ? 1 : 0}` : phone)).join(' ');
}

/** A group without phones of its own sounds as it is written: `ch`, `b`, and once where it is double. */
function soundAt(word: string, at: number): [length: number, phones: string[]] {
  for (const [letters, phones] of sounds) {
    letters.lastIndex = at;
    const match = letters.exec(word)?.[0];
    if (match === undefined) continue;
    if (phones !== '') return [match.length, phones.split(' ')];
    if (match === 'e') return [1, []];
    return [match.length, [match.charAt(0) === match.charAt(1) ? match.charAt(0) : match]];
  }
  return [1, []];
}
