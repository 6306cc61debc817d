import { readFileSync } from 'node:fs';
import { LangduError } from '../errors.ts';

/** A file that the command line names. Throws `file_unreadable`. */
export function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** One of UTF-8 text; what is no UTF-8 becomes replacement characters. Throws `file_unreadable`. */
export function readTextFile(path: string): string {
  return readFile(path).toString('utf8');
}

export function unreadable(path: string, cause?: unknown): LangduError {
  return new LangduError('file_unreadable', { path }, cause);
}
