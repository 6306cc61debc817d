import { readFileSync } from 'node:fs';
import { LangduError } from '../errors.ts';

/** What a checkpoint does not say about itself. */
export interface VoiceCard {
  /** Categories the voice was trained for; all that its table names when absent. */
  readonly emotions?: readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly licence?: string | undefined;
  readonly credit?: string | undefined;
}

/** A card from a file of JSON. Throws `file_unreadable`, or `import_failed` with what is wrong in it. */
export function readVoiceCard(path: string): VoiceCard {
  let card: unknown;
  try {
    card = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new LangduError('file_unreadable', { path }, error);
  }
  const wrong = (problem: string) => new LangduError('import_failed', { problem: `${path}: ${problem}` });
  if (typeof card !== 'object' || card === null || Array.isArray(card)) throw wrong('expected an object');
  for (const [key, value] of Object.entries(card)) {
    if (key === 'emotions') {
      if (!Array.isArray(value) || value.length === 0 || !value.every((name) => typeof name === 'string')) {
        throw wrong('emotions should be a list of names');
      }
    } else if (!['description', 'licence', 'credit'].includes(key)) {
      throw wrong(`${key} is not one of emotions, description, licence, credit`);
    } else if (typeof value !== 'string') {
      throw wrong(`${key} should be a text`);
    }
  }
  return card;
}
