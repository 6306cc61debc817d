import { LangduError } from '../errors.ts';

/** The file is not what it should be: damaged, cut short, or beyond a bound. */
export function invalid(problem: string, cause?: unknown): LangduError {
  return new LangduError('checkpoint_invalid', { problem }, cause);
}

/** The file asks for something a checkpoint of weights has no need of. */
export function forbidden(problem: string): LangduError {
  return new LangduError('checkpoint_forbidden', { problem });
}

/** Text from the file for a message: quoted, escaped and cut, so that it can neither flood nor forge a log line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Keys from the file for a message, the first dozen. */
export function listed(keys: Iterable<string | number>): string {
  const shown: string[] = [];
  for (const key of keys) {
    if (shown.length === 12) {
      shown.push('…');
      break;
    }
    shown.push(typeof key === 'number' ? String(key) : quoted(key));
  }
  return shown.length === 0 ? 'none' : shown.join(' ');
}
