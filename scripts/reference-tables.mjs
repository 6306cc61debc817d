// Writes the tables of docs/configuration.md and docs/operating.md anew, from the compiled code: run after `npx tsc -p tsconfig.test.json`.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { settingsReference } = await import(join(root, '.build', 'src', 'config', 'describe.js'));
const { metricsReference } = await import(join(root, '.build', 'test', 'metrics', 'reference.js'));

write('configuration.md', 'settings', settingsReference());
write('operating.md', 'metrics', metricsReference());

function write(page, name, tables) {
  const path = join(root, 'docs', page);
  const between = new RegExp(`(<!-- ${name} -->\n).*?(<!-- end -->)`, 's');
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(between, (_, start, end) => `${start}\n${tables.trim()}\n\n${end}`),
  );
}
