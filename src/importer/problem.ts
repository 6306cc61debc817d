import { LangduError } from '../errors.ts';

/** Why an import stopped, in the words of who has the checkpoint. */
export function problem(text: string, cause?: unknown): LangduError {
  return new LangduError('import_failed', { problem: text }, cause);
}

/** Something of the checkpoint or its configuration that the voice does not need, and why. */
export interface Ignored {
  readonly key: string;
  readonly reason: string;
}
