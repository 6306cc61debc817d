import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { transformWithOxc } from 'vite';
import { packageRoot } from '../../src/config/paths.ts';
import { startReal } from './real-server.ts';

const run = promisify(execFile);

interface Block {
  readonly language: string;
  readonly code: string;
}

/** The fenced code of a document, in order. */
function blocksOf(file: string): Block[] {
  const text = readFileSync(join(packageRoot, file), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, code]) => ({
    language: language!,
    code: code!,
  }));
}

/** A folder that goes with the test, where packages are found as they are from ours. */
function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(packageRoot, '.build', 'documents-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Names of what is in a JSON text, lines of it apart. */
function shapeOf(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.stringify(Object.keys(JSON.parse(line))));
}

/** Documents, and how many of their blocks are run. */
const documents = {
  'docs/http.md': 7,
  'docs/openai.md': 7,
  'docs/quick-start.md': 6,
  'docs/zh/quick-start.md': 6,
  'docs/zh/api.md': 2,
  'docs/zh/jobs.md': 2,
} as const;

for (const [file, least] of Object.entries(documents)) {
  test(`${file}: its commands run as written, and answer as it says`, async (t) => {
    const { url } = await startReal(t);
    const cwd = folderOf(t);
    const blocks = blocksOf(file);
    let shell = '';
    let ran = 0;
    for (const [index, { language, code }] of blocks.entries()) {
      if (language !== 'sh' || !code.includes('curl')) continue;
      // A variable of one block is there in the next, as in a terminal.
      const variables = code.match(/^\w+=\$\(.*?\)$/ms)?.[0] ?? '';
      const script = `set -e\n${shell}\n${code}`.replaceAll('http://127.0.0.1:5000', url);
      const { stdout } = await run('bash', ['-c', script], { cwd }).catch((error: Error & { stderr?: string }) => {
        throw new Error(`${code}\n${error.stderr ?? error.message}`);
      });
      if (variables !== '') shell += `${variables}\n`;
      ran += 1;
      const next = blocks[index + 1];
      if (next?.language === 'json') assert.deepEqual(shapeOf(stdout), shapeOf(next.code), code);
      if (next?.language === '' && next.code.startsWith('HTTP/')) {
        assert.equal(stdout.split('\n')[0]!.trim(), next.code.split('\n')[0], code);
      }
    }
    for (const { language, code } of blocks) {
      if (language !== 'ts') continue;
      const { code: script } = await transformWithOxc(code, 'example.ts');
      const path = join(cwd, `example-${ran}.mjs`);
      writeFileSync(path, script.replaceAll('http://127.0.0.1:5000', url));
      await run(process.execPath, [path], { cwd });
      ran += 1;
    }
    assert.ok(ran >= least, `${ran} commands were run`);
  });
}
