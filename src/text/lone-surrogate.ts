import { LangduError } from '../errors.ts';

/**
 * Half of a character is none: what stores or sends it would make something else of it. Throws `request_invalid`.
 *
 * @param name of what it is in, for the message
 */
export function refuseLoneSurrogate(text: string, name: string): void {
  if (!/\p{Surrogate}/u.test(text)) return;
  throw new LangduError('request_invalid', { problem: `${name}: lone surrogate (U+D800–DFFF)` });
}
