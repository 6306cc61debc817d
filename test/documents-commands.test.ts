import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../src/config/paths.ts';
import { schema } from '../src/config/settings.ts';

/** Every shell command of a document names what there is: commands and options, scripts, settings, endpoints, files. */

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
const settings = new Set<string>([...Object.values(schema).map(({ env }) => env), 'LANGDU_CONFIG']);
/** Files that a reader makes. */
const made = ['deploy/kubernetes/secret.yaml', 'deploy/compose/.env'];
const endpoints = endpointsOf(['docs/http.md', 'docs/openai.md', 'docs/jobs.md'].map(read).join('\n'));

suite('shell commands in documents', () => {
  for (const file of ['README.md', 'README.zh-CN.md', ...markdown('docs')]) {
    const commands = [...read(file).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code]) => code!).join('\n');
    if (commands === '') continue;
    test(file, () => {
      assert.deepEqual(wrong(commands), []);
    });
  }

  test('would be found wrong', () => {
    const commands = `npx langdu serve --prot 80
npx langdu sing 你好
npm run bench:none
LANGDU_WORKRES=2 npm start
curl http://127.0.0.1:5000/api/speak
install deploy/systemd/none.service /etc`;
    assert.equal(wrong(commands).length, 6, wrong(commands).join('\n'));
  });
});

function wrong(commands: string): string[] {
  const joined = commands.replaceAll('\\\n', ' ');
  return [
    ...joined.split('\n').flatMap(wrongOptions),
    ...[...joined.matchAll(/npm run ([\w:]+)/g)].filter(([, name]) => !scripts.includes(name!)),
    ...[...joined.matchAll(/\b(LANGDU_\w+)=/g)].filter(([, name]) => !settings.has(name!)),
    ...[...joined.matchAll(/127\.0\.0\.1:\d+(\/[^\s"'?]*)/g)].filter(
      ([, path]) => !endpoints.some((one) => one.test(path!)),
    ),
    ...[...joined.matchAll(/(?<![\w/.])((?:deploy|voices|test|docs)\/[\w./-]+)/g)].filter(
      ([, path]) => !made.includes(path!) && !existsSync(join(packageRoot, path!)),
    ),
  ].map(String);
}

/** What is wrong with the commands of ours in a line. */
function wrongOptions(line: string): string[] {
  return [...line.matchAll(/npx langdu (\w+)?([^|;&]*)/g)].flatMap(([, command, rest]) => {
    if (command === undefined) return [];
    const help = helpOf(command);
    if (help === undefined) return [`langdu ${command}`];
    return [...rest!.matchAll(/(?<=\s)(--[a-z0-9-]+)/g)]
      .filter(([, option]) => !new RegExp(`${option}\\b`).test(help))
      .map(([, option]) => `langdu ${command} ${option}`);
  });
}

const helps = new Map<string, string | undefined>();

function helpOf(command: string): string | undefined {
  if (!helps.has(command)) {
    const known = new RegExp(`^ {2}${command} `, 'm').test(run('--help'));
    helps.set(command, known ? run(command, '--help') : undefined);
  }
  return helps.get(command);
}

function run(...args: string[]): string {
  return execFileSync(process.execPath, [main, ...args], { encoding: 'utf8', env: { ...process.env, COLUMNS: '200' } });
}

/** The paths that have a section, and those below `/audio/`, `/docs` and the page, whatever they are. */
function endpointsOf(text: string): RegExp[] {
  const paths = [...text.matchAll(/^## (?:GET|POST|DELETE) (\/\S*)/gm)].map(([, path]) => path!);
  return paths.map((path) => new RegExp(`^${path.replace('&lt;name&gt;', '[^/]+').replace(/\{\w+\}/g, '[^/]+')}$`));
}

function markdown(folder: string): string[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

function read(file: string): string {
  return readFileSync(join(packageRoot, file), 'utf8');
}
