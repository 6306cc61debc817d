import assert from 'node:assert/strict';
import { LangduError } from '../../src/errors.ts';
import { opened } from './opened.ts';
import { legacyCheckpoint, type WrittenStorage, zipCheckpoint } from './write-checkpoint.ts';
import type { Written } from './write-pickle.ts';

/** Asserts that opening the bytes fails with that code and about that, and gives the error. */
export function refused(
  bytes: Uint8Array,
  code: 'checkpoint_invalid' | 'checkpoint_forbidden',
  about: RegExp,
): LangduError {
  try {
    opened(bytes, () => {});
  } catch (error) {
    if (!(error instanceof LangduError)) throw error;
    assert.equal(error.code, code, error.message);
    assert.match(String(error.params.problem), about);
    return error;
  }
  assert.fail('it was opened');
}

/** The same of an object, or a pickle made by hand, in both serialisations. */
export function bothRefused(
  code: 'checkpoint_invalid' | 'checkpoint_forbidden',
  about: RegExp,
  content: Written | Buffer,
  storages: readonly WrittenStorage[] = [],
): void {
  refused(zipCheckpoint(content, storages), code, about);
  refused(legacyCheckpoint(content, storages), code, about);
}
