import { LangduError } from '../errors.ts';
import type { TextWarning } from './sentence.ts';

/** What is wrong with a text of which nothing could be spoken: the characters that were skipped, else its beginning. */
export function unspeakable(text: string, skipped: readonly TextWarning[]): LangduError {
  const unknown = [...new Set(skipped.map((each) => each.text))].slice(0, 20);
  return new LangduError('text_unspeakable', { characters: unknown.length > 0 ? unknown : text.trim().slice(0, 40) });
}
