import { LangduError } from '../../errors.ts';
import type { VoiceSummary } from '../../speech.ts';
import { afterwards, emotionWords, intensityWords, ordinaryWords } from './emotion-words.ts';

export interface Mood {
  readonly emotion: string;
  /** When the instructions say how much. */
  readonly intensity: number | undefined;
}

type Meaning = { readonly emotion: string } | { readonly intensity: number } | 'ordinary';

/** Whatever mark there is. */
const MARK = '.';
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...[MARK, ...ordinaryWords].map((word) => [word, 'ordinary'] as const),
  ...intensityWords.flatMap(({ intensity, words }) => words.map((word) => [word, { intensity }] as const)),
  ...Object.entries(emotionWords).flatMap(([emotion, words]) =>
    [emotion, ...words].map((word) => [word, { emotion }] as const),
  ),
]);

/** The longest known word that begins here, letters as whole words and characters anywhere. */
const knownWord = new RegExp(
  [...meanings.keys()]
    .filter((word) => word !== MARK)
    .sort((a, b) => b.length - a.length)
    .map((word) => (/^[a-z]/.test(word) ? `${word}(?!'?[\\p{Script=Latin}\\p{N}])` : word))
    .join('|'),
  'uy',
);
const marks = /[\p{P}\p{S}]+/uy;

/**
 * The one emotion that instructions name. Throws `instructions_unsupported` when they name none, several, or one that
 * the voice lacks, or hold any word that may ask for something else: what would not be heard is refused.
 */
export function moodOf(instructions: string, voice: VoiceSummary): Mood {
  const mood = readMood(instructions.normalize('NFKC').toLowerCase().replaceAll('’', "'").replace(/\s+/g, ' '));
  if (mood !== undefined && voice.emotions.includes(mood.emotion)) return mood;
  throw new LangduError('instructions_unsupported', { voice: voice.name, available: voice.emotions });
}

/** Undefined for what is more, or less, than one emotion with ordinary words around it. */
function readMood(text: string): Mood | undefined {
  const emotions = new Set<string>();
  const intensities = new Set<number>();
  let before: Meaning = 'ordinary';
  // A mark at the end: nothing may be left open.
  for (const word of [...wordsOf(text), MARK]) {
    const meaning: Meaning | undefined =
      isEmotion(before) && afterwards.includes(word) ? 'ordinary' : meanings.get(word);
    // How much is said, and not of what: 说快一点, "speak really clearly".
    if (isIntensity(before) && typeof meaning !== 'object') return undefined;
    if (meaning === undefined) return undefined;
    if (isEmotion(meaning)) emotions.add(meaning.emotion);
    if (isIntensity(meaning)) intensities.add(meaning.intensity);
    before = meaning;
  }
  const [emotion] = emotions;
  const [intensity] = intensities;
  return emotion === undefined || emotions.size > 1 || intensities.size > 1 ? undefined : { emotion, intensity };
}

function isEmotion(meaning: Meaning): meaning is { readonly emotion: string } {
  return typeof meaning === 'object' && 'emotion' in meaning;
}

function isIntensity(meaning: Meaning): meaning is { readonly intensity: number } {
  return typeof meaning === 'object' && 'intensity' in meaning;
}

/** The words and marks of a text in order; what nobody knows is one word to its end. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    const word = matchAt(knownWord, text, at);
    const mark = matchAt(marks, text, at);
    if (word !== undefined) words.push(word);
    else if (mark !== undefined) words.push(MARK);
    else if (text[at] !== ' ') return [...words, text.slice(at)];
    at += (word ?? mark ?? ' ').length;
  }
  return words;
}

function matchAt(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0];
}
