// `npm start` builds only when the build is missing or older than the source, so a start stays instant.
import { execSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function newest(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (time, entry) => (entry.isFile() ? Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs) : time),
    0,
  );
}

const built = ['dist/cli/main.js', 'dist/web/index.html'].map((file) => join(root, file));
const stale =
  built.some((file) => !existsSync(file)) ||
  Math.max(newest(join(root, 'src')), newest(join(root, 'web'))) >
    Math.min(...built.map((file) => statSync(file).mtimeMs));
if (stale) execSync('npm run build', { cwd: root, stdio: ['ignore', 2, 2] });
