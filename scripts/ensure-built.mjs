// `npm start` builds only when the build is missing or older than the source, so a start stays instant.
import { execSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** When this was changed last, in milliseconds: a file, or any in a folder. */
function changedAt(name) {
  const path = join(root, name);
  if (statSync(path).isFile()) return statSync(path).mtimeMs;
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

/** What a build depends on. */
const sources = ['src', 'web', 'package.json', 'tsconfig.json', 'vite.config.ts'];

const built = ['dist/cli/main.js', 'dist/web/index.html'].map((file) => join(root, file));
const stale =
  built.some((file) => !existsSync(file)) ||
  Math.max(...sources.map(changedAt)) > Math.min(...built.map((file) => statSync(file).mtimeMs));
if (stale) execSync('npm run build', { cwd: root, stdio: ['ignore', 2, 2] });
