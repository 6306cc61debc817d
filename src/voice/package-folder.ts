import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What makes a folder a voice package. */
export const MANIFEST_FILE = 'voice.json';

/** Whether a path is a package's folder. */
export function isPackageFolder(path: string): boolean {
  return existsSync(join(path, MANIFEST_FILE));
}
