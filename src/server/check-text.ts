import { LangduError } from '../errors.ts';
import { refuseLoneSurrogate } from '../text/lone-surrogate.ts';

/**
 * Length of a text in characters (code points). Throws `text_empty`, `text_too_long`, or `request_invalid` for half a
 * character.
 */
export function countText(text: string, limit: number): number {
  if (text.trim() === '') throw new LangduError('text_empty');
  refuseLoneSurrogate(text, 'text');
  let length = 0;
  for (const _character of text) length += 1;
  if (length > limit) throw new LangduError('text_too_long', { length, limit });
  return length;
}
