// Writes the tables of docs/configuration.md anew, from the compiled schema: run after `npx tsc -p tsconfig.test.json`.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { settingsReference } = await import(join(root, '.build', 'src', 'config', 'describe.js'));
const page = join(root, 'docs', 'configuration.md');
const text = readFileSync(page, 'utf8');
writeFileSync(
  page,
  text.replace(/(<!-- settings -->\n).*(<!-- end -->)/s, (_, start, end) => `${start}\n${settingsReference()}\n${end}`),
);
