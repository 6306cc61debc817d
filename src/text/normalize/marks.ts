/** What a mark inside a sentence does to the voice: 3 a pause, 1 the end of a word, 0 nothing. */

const pausing = /[，,、；;：:…。．｡！!？?（）()【】[\]{}〔〕｛｝［］|—–―⋯؛،]/u;
const joining = /[·•‧・'’\-_/\\]/u;

export function pauseOf(mark: string): 0 | 1 | 3 {
  if (pausing.test(mark)) return 3;
  return joining.test(mark) ? 0 : 1;
}

/** Written but not said: punctuation, ASCII signs that no rule reads, ornaments of lists. */
export const silent: RegExp = /^[\p{P}^`~|$+<>=´¨¯¸˜⁄⋯─-◿★☆✓-✘➤※]/u;

/** Not even seen: white space, controls, joiners, marks without a letter. */
export const blank: RegExp = /^[\p{Z}\p{Cc}\p{Cf}\p{M}]/u;
