import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { settingsReference } from '../src/config/describe.ts';
import { findConfigFile } from '../src/config/file.ts';
import { packageRoot } from '../src/config/paths.ts';
import { loadSettings, schema } from '../src/config/settings.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { buildServer } from '../src/server/app.ts';
import { afterwards, emotionWords, intensityWords, ordinaryWords } from '../src/server/openai/emotion-words.ts';
import { CreateSpeech } from '../src/server/schemas/openai.ts';
import { SpeechAnswer, SpeechBody } from '../src/server/schemas/speech.ts';
import { layers } from './architecture.ts';
import { strayCitations } from './citations.ts';
import { routesOf } from './server/routes-of.ts';
import { ToneSpeaker } from './server/tone-speaker.ts';

/** The documents say what the code does, and all of it. docs/errors.md is held by errors.test.ts. */

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

suite('docs/configuration.md', () => {
  const document = read('docs/configuration.md');

  test('has the tables that `langdu config --reference` prints', () => {
    const [, tables = ''] = /<!-- settings -->\n(.*)<!-- end -->/s.exec(document) ?? [];
    assert.equal(tables.trim(), settingsReference().trim());
  });

  test('has an example file that is valid', () => {
    const [, example = ''] = /^```yaml\n(.*?)^```/ms.exec(document) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'langdu-documents-'));
    const file = join(folder, 'langdu.yaml');
    writeFileSync(file, example);
    assert.equal(loadSettings({}, {}, findConfigFile(file)).port, 8080);
    rmSync(folder, { recursive: true });
  });
});

suite('docs/cli.md', () => {
  const document = read('docs/cli.md');
  const settings = Object.values(schema).map(({ flag }) => `--${flag} <value>`);
  const commands = [...help().matchAll(/^ {2}([a-z]+) (?:\[options\]|<)/gm)].map(([, name]) => name!);

  test('has a section for every command, and no others', () => {
    const sections = [...document.matchAll(/^## langdu (\w+)$/gm)].map(([, name]) => name!);
    assert.ok(commands.length >= 5);
    assert.deepEqual(sections.sort(), commands.filter((name) => name !== 'help').sort());
  });

  test('has every command in the table at its top', () => {
    const rows = [...document.matchAll(/^\| \[`(\w+)`\]\(#langdu-\1\) \|/gm)].map(([, name]) => name!);
    assert.deepEqual(rows.sort(), commands.filter((name) => name !== 'help').sort());
  });

  for (const command of commands.filter((name) => name !== 'help')) {
    test(`lists every option of ${command}, and no others`, () => {
      const options = [...help(command).matchAll(/^ {2}(--[a-z0-9-]+(?: <[^>]+>)?)/gm)].map(([, option]) => option!);
      const rows = tableRows(section(document, `langdu ${command}`)).map(([option]) => bare(option));
      // A command that takes --config takes every setting, and docs/configuration.md lists those.
      const listed = options.filter((option) => !(options.includes('--config <file>') && settings.includes(option)));
      assert.deepEqual(rows.filter((option) => option.startsWith('--')).sort(), listed.sort());
    });
  }
});

suite('docs/http.md', () => {
  const document = read('docs/http.md');
  const openai = read('docs/openai.md');

  test('has, with docs/openai.md, a section for every route, and no others', async (t) => {
    const metrics = createMetrics();
    t.after(() => metrics.close());
    const app = buildServer({
      speaker: new ToneSpeaker(),
      results: {
        create: unused,
        open: unused,
        remove: unused,
        hold: unused,
        release: unused,
        list: unused,
        usage: unused,
        sweep: unused,
        close: async () => undefined,
      },
      settings: loadSettings(),
      log: createLog('silent'),
      metrics,
      webRoot: join(packageRoot, 'no such folder'),
    });
    t.after(() => app.close());
    await app.ready();
    const routes = routesOf(app.printRoutes({ commonPrefix: false }));
    const sections = [...`${document}\n${openai}`.matchAll(/^## ((?:GET|POST|PUT|DELETE|PATCH) \/.*)$/gm)].map(
      ([, title]) => title!.replace('&lt;name&gt;', ':name').replace(/\{(\w+)\}/g, ':$1'),
    );
    assert.ok(routes.includes('POST /api/tts'));
    assert.deepEqual(sections.sort(), routes.sort());
  });

  test('lists every field of a request and of its answer, with their ranges', () => {
    const rows = tableRows(section(document, 'POST /api/tts'));
    const named = rows.filter(([field]) => /^`\w+`$/.test(field ?? ''));
    const fields = [...Object.keys(SpeechBody.properties), ...Object.keys(SpeechAnswer.properties)];
    assert.deepEqual(named.map(([field]) => bare(field)).sort(), fields.sort());
    for (const [name, range] of Object.entries(SpeechBody.properties) as [
      string,
      { minimum?: number; maximum?: number },
    ][]) {
      if (range.maximum === undefined) continue;
      const row = named.find(([field, type]) => bare(field) === name && /number|integer/.test(type!))!;
      assert.ok(row[1]!.endsWith(`${range.minimum} to ${range.maximum}`), name);
    }
  });
});

suite('docs/openai.md', () => {
  const document = read('docs/openai.md');

  test('lists every field of a request, with their ranges', () => {
    const rows = tableRows(section(document, 'POST /v1/audio/speech')).filter(([field]) => /^`\w+`$/.test(field ?? ''));
    const fields = Object.entries(CreateSpeech.properties) as [string, { minimum?: number; maximum?: number }][];
    const described = rows.filter((cells) => cells.length === 4);
    assert.deepEqual(described.map(([field]) => bare(field)).sort(), fields.map(([name]) => name).sort());
    for (const [name, { minimum, maximum }] of fields) {
      if (maximum === undefined) continue;
      const row = described.find(([field]) => bare(field) === name)!;
      assert.ok(row[1]!.endsWith(`${minimum} to ${maximum}`), name);
    }
  });

  test('lists the words of instructions', () => {
    const rows = tableRows(document);
    const words = (first: string) => rows.find(([cell]) => cell === first)?.[1]?.split(', ');
    for (const [emotion, known] of Object.entries(emotionWords)) assert.deepEqual(words(`\`${emotion}\``), known);
    for (const { intensity, words: known } of intensityWords) assert.deepEqual(words(String(intensity)), known);
    assert.deepEqual(words('directly behind an emotion'), afterwards);
    assert.deepEqual(words('anywhere'), ordinaryWords);
  });
});

suite('README.md and README.zh-CN.md', () => {
  const english = read('README.md');
  const chinese = read('README.zh-CN.md');

  test('have the same sections', () => {
    assert.deepEqual(headings(english).map(level), headings(chinese).map(level));
  });

  test('have the same commands and code', () => {
    assert.deepEqual(codeBlocks(english), codeBlocks(chinese));
  });

  test('link to the same places', () => {
    // Of a document that there is in Chinese, a Chinese reader is given that.
    const place = (link: string) => (link === 'README.md' ? 'README.zh-CN.md' : link.replace('docs/zh/', 'docs/'));
    // A section has its name in its document's language: it is known by its place among the others.
    const section = (link: string) => {
      const [document = '', anchor] = link.split('#');
      if (anchor === undefined || !document.startsWith('docs/')) return place(link);
      const anchors = (file: string) => headings(read(file)).map(slug);
      const there = anchors(place(document));
      return `${place(document)}#${there.includes(anchor) ? anchor : there[anchors(document).indexOf(anchor)]}`;
    };
    assert.deepEqual(links(chinese).map(section), links(english).map(place));
    const translated = (link: string) => existsSync(join(packageRoot, link.replace('docs/', 'docs/zh/')));
    const untranslated = links(chinese).filter((link) => /^docs\/(?!zh)/.test(link));
    assert.deepEqual(untranslated.filter(translated), []);
  });

  test('have tables of the same size, and lists of the same length', () => {
    const shape = (text: string) => ({
      rows: tableRows(text).map((cells) => cells.length),
      items: text.match(/^- /gm)?.length,
    });
    assert.deepEqual(shape(chinese), shape(english));
  });
});

for (const name of ['moderation.md', 'comparison.md', 'operating.md', 'security.md', 'tuning.md', 'page.md']) {
  suite(`docs/${name} and its Chinese version`, () => {
    // What is generated is not translated.
    const english = read(`docs/${name}`).replace(/<!-- metrics -->.*<!-- end -->/s, '');
    const chinese = read(`docs/zh/${name}`);

    test('have the same sections, code, and tables', () => {
      assert.deepEqual(headings(chinese).map(level), headings(english).map(level));
      assert.deepEqual(codeBlocks(chinese), codeBlocks(english));
      const sizes = (text: string) => tableRows(text).map((cells) => cells.length);
      assert.deepEqual(sizes(chinese), sizes(english));
    });

    test('tell of the same settings, metrics and errors', () => {
      const named = (text: string) =>
        [...new Set(text.match(/LANGDU_\w+|langdu_\w+|`[a-z]+(?:_[a-z]+)+`|`[a-z]+\.[a-z]+[A-Z]\w+`/g))].sort();
      assert.deepEqual(named(chinese), named(english));
    });
  });
}

suite('ARCHITECTURE.md', () => {
  test('has the layers that test/architecture.ts holds', () => {
    const [, line] = /^Imports run downward only:\n\n(.*)$/m.exec(read('ARCHITECTURE.md'))!;
    assert.equal(
      line,
      layers
        .map((layer) => layer.join(', '))
        .toReversed()
        .join(' → '),
    );
  });
});

suite('comments', () => {
  const sources = ['src', 'web/src', 'bench', 'scripts'].flatMap((folder) => filesBelow(folder));

  test('cite documents, sections of them, and files that are there', () => {
    const files = [...sources, ...filesBelow('docs'), ...filesBelow('test'), ...readdirSync(packageRoot)];
    assert.deepEqual(
      strayCitations(
        sources.filter((file) => /\.(ts|tsx|mjs)$/.test(file)),
        files,
        read,
      ),
      [],
    );
  });

  test('would be found astray', () => {
    const cited = ['docs/none.md', 'docs/a.md §2', 'docs/a.md §3.1', 'b.ts', './c.ts'];
    const text = (file: string) =>
      file === 'docs/a.md' ? '## 3. Three\n### 3.1 One\n' : `// ${cited.join(', ')}\n'd.ts'`;
    const stray = strayCitations(['src/x.ts'], ['docs/a.md', 'src/deep/b.ts'], text);
    assert.deepEqual(
      stray,
      ['docs/none.md', 'docs/a.md §2', './c.ts'].map((name) => `src/x.ts: ${name}`),
    );
  });
});

suite('every document', () => {
  for (const file of documents(packageRoot)) {
    test(`${file}: its links lead somewhere`, () => {
      const wrong = links(read(file)).filter((link) => !leadsSomewhere(file, link));
      assert.deepEqual(wrong, []);
    });
  }

  test('pictures are under 300 kB', () => {
    for (const file of readdirSync(join(packageRoot, 'docs', 'images'))) {
      const { size } = statSync(join(packageRoot, 'docs', 'images', file));
      assert.ok(size < 300_000, `${file}: ${size} bytes`);
    }
  });
});

function read(file: string): string {
  return readFileSync(join(packageRoot, file), 'utf8');
}

function help(...command: string[]): string {
  // Lines as wide as they come, so that no option is broken in two.
  return execFileSync(process.execPath, [main, ...command, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '200' },
  });
}

async function unused(): Promise<never> {
  throw new Error('no request is made here');
}

/** The Markdown files below a folder that are ours: not what is installed, built or written by a start. */
function documents(root: string, folder = root): string[] {
  const skipped = new Set(['node_modules', 'dist', 'output']);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || skipped.has(entry.name)) return [];
    if (entry.isDirectory()) return documents(root, path);
    return entry.name.endsWith('.md') ? [relative(root, path).replaceAll('\\', '/')] : [];
  });
}

/** Paths below the project. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }).map(
    (file) => `${folder}/${file}`,
  );
}

/** Without fenced code, whose lines may look like anything. */
function prose(text: string): string {
  return text.replace(/^```.*?^```$/gms, '');
}

function codeBlocks(text: string): string[] {
  return text.match(/^```.*?^```$/gms) ?? [];
}

function headings(text: string): string[] {
  return prose(text).match(/^#+ .+$/gm) ?? [];
}

function level(heading: string): number {
  return heading.indexOf(' ');
}

function links(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** Cells of every row of every table, without the lines under the headers. */
function tableRows(text: string): string[][] {
  return (prose(text).match(/^\|.*\|$/gm) ?? [])
    .filter((line) => !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

/** What stands between backticks at the start of a cell. */
function bare(cell: string | undefined): string {
  return /^`([^`]+)`/.exec(cell ?? '')?.[1] ?? '';
}

/** From a heading of the second level to the next. */
function section(text: string, title: string): string {
  const [, after = ''] = text.split(`\n## ${title}\n`);
  return after.split(/^## /m)[0]!;
}

/** An address, a file that is there, or a heading of one. */
function leadsSomewhere(file: string, link: string): boolean {
  if (/^https?:/.test(link)) return true;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(packageRoot, file) : join(packageRoot, dirname(file), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || headings(readFileSync(target, 'utf8')).map(slug).includes(anchor);
}

/** A heading's anchor, as GitHub makes it. */
function slug(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .replaceAll('&lt;', '')
    .replaceAll('&gt;', '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
