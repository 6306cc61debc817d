/** A syllable of English: phones without digits and the stress of its vowel, 0–2. */
export interface ArpabetSyllable {
  readonly phones: readonly string[];
  readonly stress: string;
}

/** Clusters that may begin a syllable. */
const onsets = new Set(
  'p l,p r,b l,b r,t r,t w,d r,d w,k l,k r,k w,g l,g r,f l,f r,th r,sh r,s p,s t,s k,s m,s n,s l,s w,hh w,p y,b y,k y,m y,f y,v y,hh y,s p r,s p l,s t r,s k r,s k w'.split(
    ',',
  ),
);

/** ARPAbet (`hh ah0 l ow1`) as syllables, with as many consonants before each vowel as English allows. */
export function syllabify(arpabet: readonly string[]): ArpabetSyllable[] {
  const vowels = arpabet.flatMap((phone, index) => (/\d$/.test(phone) ? [index] : []));
  return vowels.map((vowel, index) => {
    const start = index === 0 ? 0 : onsetStart(arpabet, vowels[index - 1]!, vowel);
    const next = vowels[index + 1];
    const end = next === undefined ? arpabet.length : onsetStart(arpabet, vowel, next);
    return {
      phones: arpabet.slice(start, end).map((phone) => phone.replace(/\d$/, '')),
      stress: arpabet[vowel]!.slice(-1),
    };
  });
}

function onsetStart(arpabet: readonly string[], previous: number, vowel: number): number {
  for (let start = previous + 1; start < vowel; start += 1) {
    const cluster = arpabet.slice(start, vowel);
    if (cluster.length === 1) return cluster[0] === 'ng' ? vowel : start;
    if (onsets.has(cluster.join(' '))) return start;
  }
  return vowel;
}
