import { LangduError } from '../../errors.ts';
import type { VoiceSummary } from '../../speech.ts';
import { emotionWords, intensityWords, negations, otherWishes } from './emotion-words.ts';

export interface Mood {
  readonly emotion: string;
  /** When the instructions say how much. */
  readonly intensity: number | undefined;
}

/**
 * The one emotion that instructions name. Throws `instructions_unsupported` when they name none, several or a negated one, one
 * that the voice lacks, or ask for something that only other fields or other voices can give: what would not be heard is refused.
 */
export function moodOf(instructions: string, voice: VoiceSummary): Mood {
  const text = instructions.normalize('NFKC').toLowerCase().replaceAll('’', "'");
  const named = new Map<string, number>();
  for (const [emotion, words] of Object.entries(emotionWords)) {
    const at = positions(text, [emotion, ...words])[0];
    if (at !== undefined) named.set(emotion, at);
  }
  const [only] = named;
  const unsupported = new LangduError('instructions_unsupported', { voice: voice.name, available: voice.emotions });
  if (only === undefined || named.size > 1 || positions(text, otherWishes).length > 0) throw unsupported;
  const [emotion, at] = only;
  if (!voice.emotions.includes(emotion) || isNegated(text, at)) throw unsupported;
  return { emotion, intensity: intensityWords.find(({ words }) => positions(text, words).length > 0)?.intensity };
}

/** Where the first of the words stands: letters as whole words, characters anywhere. At most one position. */
function positions(text: string, words: readonly string[]): number[] {
  const found = words.map((word) => {
    const pattern = /^[a-z]/.test(word) ? new RegExp(`(?<![a-z])${word}(?![a-z])`) : new RegExp(word);
    return text.search(pattern);
  });
  return found
    .filter((at) => at >= 0)
    .sort((a, b) => a - b)
    .slice(0, 1);
}

/** Whether a negation stands in the same clause in front of the word: 不要太高兴, "don't sound too happy". */
function isNegated(text: string, at: number): boolean {
  const clause = text
    .slice(0, at)
    .split(/[.,;!?。，；！？、]/)
    .at(-1)!;
  return negations.some((word) => {
    if (!/^[a-z]/.test(word)) return clause.includes(word);
    return new RegExp(`${word === "n't" ? '' : '(?<![a-z])'}${word}(?![a-z])`).test(clause);
  });
}
