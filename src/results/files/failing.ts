import { LangduError } from '../../errors.ts';

/** What the disk says, as an error of ours: `storage_full` when there is no room, or else `storage_failed`. */
export async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LangduError) throw error;
    throw new LangduError(isFull(error) ? 'storage_full' : 'storage_failed', {}, error);
  }
}

/** What the work gives, or undefined when what it asks for is not there; else fails as `storing` does. */
export function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  return storing(async () => {
    try {
      return await work();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

/** No space, or none left for this user. */
export function isFull(error: unknown): boolean {
  return hasCode(error, ['ENOSPC', 'EDQUOT']);
}

/** ENOENT; ELOOP is a symbolic link under O_NOFOLLOW; ENXIO a socket. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, ['ENOENT', 'ELOOP', 'ENXIO']);
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
