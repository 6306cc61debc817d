import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../src/config/paths.ts';
import { violations, wideComments } from './architecture.ts';

test('our source keeps to its architecture', () => {
  const files = readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `src/${file.replaceAll('\\', '/')}`);
  assert.ok(files.length > 100 && files.includes('src/synthesize.ts'));
  const { dependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const texts = new Map(files.map((file) => [file, readFileSync(join(packageRoot, file), 'utf8')]));
  const found = violations(texts, Object.keys(dependencies));
  assert.deepEqual(found, [], `\n${found.join('\n')}\n`);
});

test('the comments of all of our source are as wide as its code', () => {
  const texts = ['src', 'web/src', 'bench'].flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => [`${folder}/${file}`, readFileSync(join(packageRoot, folder, file), 'utf8')] as const),
  );
  assert.ok(texts.length > 300);
  const found = wideComments(new Map(texts));
  assert.deepEqual(found, [], `\n${found.join('\n')}\n`);
  const long = 'x '.repeat(60);
  const lines = [`// ${long}`, `  /** ${long}*/`, ` * ${long}`, `a(); // ${long}`, `{/* ${long}*/}`];
  lines.push(`// biome-ignore ${long}`, `const a = '${long}';`, `// ${long.slice(4)}`);
  assert.equal(wideComments(new Map([['a.ts', lines.join('\n')]])).length, 5);
});

suite('the checker sees', () => {
  const dependencies = ['onnxruntime-node', 'fastify', '@fastify/static', 'yaml', 'commander'];
  const tree = (files: Record<string, string>) => violations(new Map(Object.entries(files)), dependencies);
  const a = 'export const a = 1;\n';

  const cases: [string, Record<string, string>, string[]][] = [
    [
      'an import upward',
      { 'src/voice/a.ts': a, 'src/acoustic/b.ts': "// first\nimport { a } from '../voice/a.ts';\n" },
      ['src/acoustic/b.ts:2: imports src/voice/a.ts: imports run downward, and voice is above acoustic'],
    ],
    [
      'an import of types upward',
      { 'src/voice/a.ts': a, 'src/acoustic/b.ts': "import type { A } from '../voice/a.ts';\n" },
      ['src/acoustic/b.ts:1: imports src/voice/a.ts: imports run downward, and voice is above acoustic'],
    ],
    [
      'an import between siblings, over several lines',
      { 'src/text/a.ts': a, 'src/vocoder/b.ts': "import {\n  type B,\n  a,\n} from '../text/a.ts';\n" },
      ['src/vocoder/b.ts:1: imports src/text/a.ts: vocoder and text are of one layer: only types cross it'],
    ],
    [
      'a re-export, and an import while running',
      {
        'src/server/a.ts': a,
        'src/workers/b.ts': "export { a } from '../server/a.ts';\nconst late = await import('../server/a.ts');\n",
      },
      [
        'src/workers/b.ts:1: imports src/server/a.ts: imports run downward, and server is above workers',
        'src/workers/b.ts:2: imports src/server/a.ts: imports run downward, and server is above workers',
      ],
    ],
    [
      'the importer reached from elsewhere than the command line',
      { 'src/importer/a.ts': a, 'src/server/b.ts': "import { a } from '../importer/a.ts';\n" },
      ['src/server/b.ts:1: imports src/importer/a.ts: importer is for cli, index alone'],
    ],
    [
      'onnx that uses more than it may',
      { 'src/config/a.ts': a, 'src/onnx/b.ts': "import { a } from '../config/a.ts';\n" },
      ['src/onnx/b.ts:1: imports src/config/a.ts: onnx uses errors, half and nothing else'],
    ],
    [
      'graphs run by who should not',
      { 'src/inference/a.ts': a, 'src/text/b.ts': "import { a } from '../inference/a.ts';\n" },
      ['src/text/b.ts:1: imports src/inference/a.ts: text uses errors, config and nothing else'],
    ],
    [
      'a unit that nobody placed',
      { 'src/misc/a.ts': a, 'src/cli/b.ts': "import { a } from '../misc/a.ts';\n" },
      ['src/cli/b.ts:1: imports src/misc/a.ts: misc is in no layer: say in test/architecture.ts where it belongs'],
    ],
    [
      'a file that is not there',
      { 'src/cli/b.ts': "import './gone.ts';\n" },
      ['src/cli/b.ts:1: imports src/cli/gone.ts, which is not there'],
    ],
    [
      'a cycle',
      {
        'src/text/a.ts': "import { b } from './b.ts';\n",
        'src/text/b.ts': "import { c } from './c.ts';\n",
        'src/text/c.ts': "import { a } from './a.ts';\n",
      },
      ['src/text/a.ts:1: imports itself by way of src/text/b.ts → src/text/c.ts → src/text/a.ts'],
    ],
    [
      'packages outside of the unit that knows them',
      {
        'src/voice/a.ts': "import { b } from 'onnxruntime-node/dist/binding.js';\nimport type { T } from 'fastify';\n",
        'src/log.ts': "import x from '@fastify/static';\nimport { parse } from 'yaml';\n",
        'src/vocoder/c.ts': "import { Command } from 'commander';\nconst p = require('fastify/x');\n",
      },
      [
        'src/voice/a.ts:1: imports onnxruntime-node/dist/binding.js, which only inference knows',
        'src/voice/a.ts:2: imports fastify, which only server knows',
        'src/log.ts:1: imports @fastify/static, which only server knows',
        'src/log.ts:2: imports yaml, which only importer and config know',
        'src/vocoder/c.ts:1: imports commander, which only cli knows',
        'src/vocoder/c.ts:2: imports fastify/x, which only server knows',
      ],
    ],
    [
      'a package that is there while we work on ours, and not where it is installed',
      { 'src/text/a.ts': "import { pinyin } from 'pinyin-pro';\nimport '@types/node/x.js';\nimport 'node:fs';\n" },
      [
        'src/text/a.ts:1: imports pinyin-pro, which is not among the dependencies of package.json',
        'src/text/a.ts:2: imports @types/node/x.js, which is not among the dependencies of package.json',
      ],
    ],
    [
      'a file that is too long',
      { 'src/half.ts': '\n'.repeat(251), 'src/errors.ts': '\n'.repeat(251) },
      ['src/half.ts:251: a file has at most 250 lines'],
    ],
    [
      'the environment, the clock and chance where they have no place',
      {
        'src/vocoder/a.ts': 'const a = process.env.HOME;\nconst b = Date.now() + Math.random();\n',
        'src/results/b.ts': 'const now = Date.now();\nconst home = process.env.HOME;\n',
      },
      [
        'src/vocoder/a.ts:1: process.env has no place in vocoder',
        'src/vocoder/a.ts:2: Date.now() has no place in vocoder',
        'src/vocoder/a.ts:2: Math.random() has no place in vocoder',
        'src/results/b.ts:2: process.env has no place in results',
      ],
    ],
  ];
  for (const [name, files, expected] of cases) {
    test(name, () => assert.deepEqual(tree(files), expected));
  }

  test('nothing wrong in what is right', () => {
    const files = {
      'src/errors.ts': a,
      'src/text/a.ts': "import type { V } from '../vocoder/b.ts';\nimport '../errors.ts';\n",
      'src/vocoder/b.ts':
        "import type { A } from '../text/a.ts';\n// import { x } from '../server/x.ts'; Date.now()\n/* process.env */\n",
      'src/speech.ts': "import type { A } from './text/a.ts';\n",
      'src/config/c.ts': 'const home = process.env.HOME;\n',
      'src/cli/d.ts':
        "import { a } from '../importer/e.ts';\nconst late = import('../text/a.ts');\nconst url = 'http://x';\n",
      'src/importer/e.ts': "import { f } from '../onnx/f.ts';\nimport { parse } from 'yaml';\n",
      'src/onnx/f.ts': "import { a } from '../errors.ts';\n",
    };
    assert.deepEqual(tree(files), []);
  });
});
