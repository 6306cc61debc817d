import { LangduError } from '../errors.ts';
import { countCharacters } from '../text/characters.ts';
import { refuseLoneSurrogate } from '../text/lone-surrogate.ts';

/**
 * Length of a text in characters (code points). Throws `text_empty`, `text_too_long`, or `request_invalid` for half a
 * character.
 */
export function countText(text: string, limit: number): number {
  if (text.trim() === '') throw new LangduError('text_empty');
  refuseLoneSurrogate(text, 'text');
  const length = countCharacters(text);
  if (length > limit) throw new LangduError('text_too_long', { length, limit });
  return length;
}
