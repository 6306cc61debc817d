import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { transformWithOxc } from 'vite';
import { packageRoot } from '../../src/config/paths.ts';
import { main } from '../cli/run.ts';
import { startReal } from './real-server.ts';

/** Every block of shell, TypeScript, JavaScript and Python in the documents is run, but for those that cannot be here. */
const notRun: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\bnpm (ci|start|test|pack|run)\b/, 'installs, starts for good, or measures for minutes'],
  [/langdu (serve|worker)/, 'runs until it is stopped'],
  [/\b(docker|kubectl|systemctl)\b/, 'needs an engine, a cluster, root; test/deploy has what can be checked'],
  [/--precision (int8|fp16)/, 'takes long, and test/importer has it'],
  [/path\/to\/model|results (hold|release)|docs\/examples/, 'names what a reader has'],
  [/langdu doctor/, 'looks at port 5000 and the load of the machine; test/cli/doctor.test.ts has it'],
  [/^import numpy|^from openai/m, 'needs packages of Python'],
  [/^rule\(/m, 'a part of a file'],
  [/^export LANGDU/m, 'sets variables for what follows elsewhere'],
];

/** Output that is not the same twice. */
const varies = /langdu (warm|results|import)|openssl/;

interface Block {
  readonly language: string;
  readonly code: string;
}

const documents = [
  'README.md',
  'README.zh-CN.md',
  ...readdirSync(join(packageRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test('the code of the documents runs as written, and answers as they say', async (t) => {
  const { url } = await startReal(t, { LANGDU_JOBS: join(folderOf(t), 'jobs') });
  let ran = 0;
  for (const file of documents) {
    const blocks = blocksOf(file);
    if (!blocks.some(runs)) continue;
    await t.test(file, async (t) => {
      ran += await runAll(blocks, url, folderOf(t));
    });
  }
  assert.ok(ran >= 60, `${ran} blocks were run`);
});

function runs({ language, code }: Block): boolean {
  return ['sh', 'ts', 'js', 'python'].includes(language) && !notRun.some(([pattern]) => pattern.test(code));
}

async function runAll(blocks: readonly Block[], url: string, folder: string): Promise<number> {
  let variables = '';
  let ran = 0;
  for (const [index, block] of blocks.entries()) {
    if (!runs(block)) continue;
    const code = block.code.replaceAll('http://127.0.0.1:5000', url).replaceAll('/tmp/', `${folder}/tmp/`);
    const next = blocks[index + 1];
    if (block.language === 'sh') {
      const refused = next?.code.startsWith('langdu: ') === true;
      const said = await shell(`${refused ? '' : 'set -e'}\n${variables}\n${code}`, folder);
      // A variable of one block is there in the next, as in a terminal.
      variables += `${/^\w+=\$\(.*?\)$/ms.exec(code)?.[0] ?? ''}\n`;
      if (next !== undefined && !varies.test(code)) compare(refused ? said.stderr : said.stdout, next, block.code);
    } else {
      await program(block.language, code, join(folder, `example-${index}`), folder);
    }
    ran += 1;
  }
  return ran;
}

/** `npx langdu` is the command as it was compiled; nothing of it writes outside of the folder. */
async function shell(script: string, folder: string): Promise<{ stdout: string; stderr: string }> {
  const places = { LANGDU_OUTPUT: 'output', LANGDU_JOBS: 'jobs', LANGDU_CACHE: 'cache', LANGDU_VOICES: 'voices' };
  const env = {
    ...{ ...process.env, LANG: 'C' },
    ...Object.fromEntries(Object.entries(places).map(([name, place]) => [name, join(folder, place)])),
  };
  const npx = `npx() { shift; ${process.execPath} ${main} "$@"; }`;
  return promisify(execFile)('bash', ['-c', `${npx}\n${script}`], { cwd: folder, env }).catch(
    (error: Error & { stderr?: string }) => {
      if (!script.startsWith('set -e')) return { stdout: '', stderr: error.stderr ?? '' };
      throw new Error(`${script}\n${error.stderr ?? error.message}`);
    },
  );
}

async function program(language: string, code: string, path: string, cwd: string): Promise<void> {
  if (language === 'python') {
    writeFileSync(`${path}.py`, code);
    await promisify(execFile)('python3', [`${path}.py`], { cwd });
    return;
  }
  const { code: script } = await transformWithOxc(code, `example.${language}`);
  const library = join(packageRoot, '.build', 'src', 'index.js');
  writeFileSync(`${path}.mjs`, script.replace(/from ["']langdu["']/, `from '${library}'`));
  await promisify(execFile)(process.execPath, [`${path}.mjs`], { cwd });
}

/** What a block printed against the one that follows it. */
function compare(said: string, { language, code }: Block, command: string): void {
  const lines = (text: string) => text.trim().split('\n');
  if (language === 'json' && /curl/.test(command)) {
    // Messages are held to the letter, of answers the names and kinds of what is in them.
    const shown = (text: string) =>
      lines(text).map((line) => (/"error":/.test(line) ? JSON.parse(line) : shapeOf(line)));
    assert.deepEqual(shown(said), shown(code), command);
  } else if (language === '' && code.startsWith('HTTP/')) {
    assert.equal(lines(said)[0]!.trim(), lines(code)[0], command);
  } else if (language === '' && (!/curl/.test(command) || lines(code).length === 1)) {
    assert.deepEqual(lines(said).map(tidy), lines(code).map(tidy), command);
  }
}

/** Names and kinds of values, at any depth. */
function shapeOf(line: string): unknown {
  const shape = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.slice(0, 1).map(shape);
    if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shape(each)]));
  };
  return shape(JSON.parse(line));
}

/** Columns are as wide as what else is in them. */
function tidy(line: string): string {
  return line.trimEnd().replace(/ {2,}/g, '  ');
}

/** The fenced code of a document, in order. */
function blocksOf(file: string): Block[] {
  const text = readFileSync(join(packageRoot, file), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, code]) => ({
    language: language!,
    code: code!,
  }));
}

/** A folder that goes with the test, where packages, voices and test data are found as they are from ours. */
function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(packageRoot, '.build', 'documents-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['tmp/langdu-results', 'output']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['voices', 'test']) symlinkSync(join(packageRoot, name), join(folder, name));
  writeFileSync(join(folder, 'chapter.txt'), '第一章。很久很久以前。');
  return folder;
}
