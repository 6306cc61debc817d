import { dirname, join } from 'node:path/posix';

/**
 * The layers, lowest first. A file may import from its own unit (a folder of src, or a file beside them) and from lower
 * layers; types also from its own layer. What a unit may use beyond that, or not even that, is said below.
 */
export const layers: readonly (readonly string[])[] = [
  ['errors', 'fields-of', 'half', 'settled'],
  ['config', 'log', 'npy', 'float-arrays', 'in-advance', 'in-parallel', 'scratch', 'speech', 'webhook-signature'],
  ['metrics', 'inference', 'onnx', 'torch'],
  ['text', 'acoustic', 'vocoder', 'audio', 'subtitles'],
  ['policy'],
  ['voice'],
  ['engine', 'synthesize', 'importer'],
  ['local-speaker', 'workers'],
  ['dispatch'],
  ['results'],
  ['jobs'],
  ['server', 'cluster'],
  ['cli'],
  ['index'],
];

/** Units that use less than their layer would let them. */
const onlyUses: Readonly<Record<string, readonly string[]>> = {
  onnx: ['errors', 'half'],
  torch: ['errors', 'half'],
  text: ['errors', 'config'],
  audio: ['errors', 'config', 'speech', 'float-arrays', 'scratch'],
  policy: ['errors', 'config', 'log', 'text', 'webhook-signature'],
  subtitles: ['speech'],
};

/** Units that few may use: the importer is for whoever imports, and only what runs graphs touches them. */
const onlyUsedBy: Readonly<Record<string, readonly string[]>> = {
  importer: ['cli', 'index'],
  inference: ['acoustic', 'vocoder', 'voice', 'importer'],
  onnx: ['importer'],
  torch: ['importer'],
};

/** Types that a lower unit may take from a higher one: the text's spans are part of the public request's answer. */
const typesUpward: Readonly<Record<string, readonly string[]>> = { speech: ['text'] };

/** Packages, and the units that know them. */
const packages: readonly { readonly name: RegExp; readonly units: readonly string[] }[] = [
  { name: /^onnxruntime-/, units: ['inference'] },
  { name: /^(fastify|@fastify\/.*)$/, units: ['server'] },
  { name: /^commander$/, units: ['cli'] },
  { name: /^prom-client$/, units: ['metrics'] },
  { name: /^rate-limiter-flexible$/, units: ['server'] },
  { name: /^(bullmq|ioredis|@photostructure\/sqlite)$/, units: ['jobs'] },
  { name: /^aws4fetch$/, units: ['results'] },
  { name: /^yaml$/, units: ['importer', 'config'] },
  { name: /^(wasm-media-encoders|@evan\/opus|@mediabunny\/aac-encoder)$/, units: ['audio'] },
];

/** Words that belong in some units, or in none of some. */
const words: readonly { readonly pattern: RegExp; readonly says: string; readonly bad: (unit: string) => boolean }[] = [
  { pattern: /process\.env\b/, says: 'process.env', bad: (unit) => unit !== 'cli' && unit !== 'config' },
  { pattern: /\bDate\.now\(/, says: 'Date.now()', bad: (unit) => deterministic.includes(unit) },
  { pattern: /\bMath\.random\(/, says: 'Math.random()', bad: (unit) => deterministic.includes(unit) },
];

/** The same request must give the same audio. */
const deterministic = ['text', 'acoustic', 'vocoder', 'voice', 'synthesize'];

const LONGEST_FILE = 250;
/** Longer, and none the worse: a catalogue is one list. */
const longer = ['src/errors.ts'];

const WIDEST = 120;

/** A line that is comment, or ends with one; what a tool reads must stay on its line. */
const COMMENT = /^\s*(?:\{?\/\*|\*(?=\s)|\/\/)|[;,{}()[\]] \/\/ /;
const FOR_TOOLS = /biome-ignore|@ts-|<reference/;

/** Comments beyond the width that code is wrapped to, as `file:line: what`. */
export function wideComments(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      if (line.length <= WIDEST || !COMMENT.test(line) || FOR_TOOLS.test(line)) return [];
      return [`${path}:${index + 1}: a comment has at most ${WIDEST} columns`];
    }),
  );
}

interface Import {
  readonly line: number;
  readonly target: string;
  readonly typeOnly: boolean;
}

/**
 * Everything that is wrong with a source tree, as `file:line: what`.
 *
 * @param files paths below the project, `src/a/b.ts`, and their text
 * @param dependencies packages that are there where ours is installed
 */
export function violations(files: ReadonlyMap<string, string>, dependencies: readonly string[]): string[] {
  const found: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of files) {
    const say = (line: number, what: string) => found.push(`${path}:${line}: ${what}`);
    const lines = text.split('\n');
    if (lines.length - 1 > LONGEST_FILE && !longer.includes(path))
      say(lines.length - 1, `a file has at most ${LONGEST_FILE} lines`);
    const bare = withoutComments(text);
    for (const { pattern, says, bad } of words) {
      if (!bad(unitOf(path))) continue;
      bare.split('\n').forEach((line, index) => {
        if (pattern.test(line)) say(index + 1, `${says} has no place in ${unitOf(path)}`);
      });
    }
    const values: string[] = [];
    for (const each of importsOf(bare)) {
      if (!each.target.startsWith('.')) {
        const wrong = packageProblem(unitOf(path), each.target, dependencies);
        if (wrong !== undefined) say(each.line, wrong);
        continue;
      }
      const target = join(dirname(path), each.target);
      if (!files.has(target)) {
        say(each.line, `imports ${target}, which is not there`);
        continue;
      }
      if (!each.typeOnly) values.push(target);
      const wrong = layerProblem(unitOf(path), unitOf(target), each.typeOnly);
      if (wrong !== undefined) say(each.line, `imports ${target}: ${wrong}`);
    }
    graph.set(path, values);
  }
  for (const cycle of cycles(graph))
    found.push(`${cycle[0]}:1: imports itself by way of ${cycle.slice(1).join(' → ')}`);
  return found;
}

/** `src/text/data.ts` is of `text`, `src/npy.ts` of `npy`. */
function unitOf(path: string): string {
  return path.split('/')[1]!.replace(/\.ts$/, '');
}

function layerProblem(from: string, to: string, typeOnly: boolean): string | undefined {
  if (from === to) return undefined;
  const [own, other] = [from, to].map((unit) => layers.findIndex((layer) => layer.includes(unit)));
  if (own === -1) return `${from} is in no layer: say in test/architecture.ts where it belongs`;
  if (other === -1) return `${to} is in no layer: say in test/architecture.ts where it belongs`;
  if (typeOnly && (other! <= own! || typesUpward[from]?.includes(to))) return undefined;
  if (other! > own!) return `imports run downward, and ${to} is above ${from}`;
  if (other === own) return `${from} and ${to} are of one layer: only types cross it`;
  if (onlyUses[from]?.includes(to) === false) return `${from} uses ${onlyUses[from].join(', ')} and nothing else`;
  const users = onlyUsedBy[to];
  if (users?.includes(from) === false) return `${to} is for ${users.join(', ')} alone`;
  return undefined;
}

function packageProblem(unit: string, name: string, dependencies: readonly string[]): string | undefined {
  if (name.startsWith('node:')) return undefined;
  const bare = name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
  if (!dependencies.includes(bare)) return `imports ${name}, which is not among the dependencies of package.json`;
  const rule = packages.find((each) => each.name.test(bare));
  if (rule === undefined || rule.units.includes(unit)) return undefined;
  return `imports ${name}, which only ${rule.units.join(' and ')} ${rule.units.length > 1 ? 'know' : 'knows'}`;
}

/** Comments become spaces, lines stay. Strings are skipped over, so that `//` in one is no comment. */
function withoutComments(text: string): string {
  const token = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(token, (part) => (/^\/[/*]/.test(part) ? part.replace(/[^\n]/g, ' ') : part));
}

/** Static, dynamic and side-effect imports, re-exports, `createRequire`'s require, and type-only ones apart. */
function importsOf(text: string): Import[] {
  const patterns = [
    /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*\s{},$]*?)\s*from\s*['"]([^'"]+)['"]/gm,
    /^[ \t]*import\s+()['"]([^'"]+)['"]/gm,
    /(?<!typeof )\b(?:import|require|createRequire\([^)]*\))\s*\(()\s*['"]([^'"]+)['"]/g,
  ];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      line: text.slice(0, match.index).split('\n').length + (/^\s*\n/.test(match[0]) ? 1 : 0),
      target: match[2]!,
      typeOnly: (match[1] ?? '') !== '',
    })),
  );
}

/** One cycle for each file that begins one, its files in order. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string) => {
    const at = path.indexOf(file);
    if (at >= 0) {
      found.push([...path.slice(at), file]);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}
