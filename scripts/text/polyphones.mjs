// Trains data/polyphones.*: which reading a polyphone has in its sentence. A multinomial logistic regression over the features
// of src/text/pronounce/features.ts, learned from the CPP dev set (test/text/cpp) and from the words of the dictionary and those
// of polyphones-own.tsv. The latter were written after a look at what was wrong in the dev set, so that the folds flatter a little.
//   npx tsc -p tsconfig.test.json && node scripts/text/polyphones.mjs [--folds 10]
// With --folds it writes nothing and prints the accuracy on sentences it has not seen.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { normalize } from '../../.build/src/text/normalize/normalize.js';
import { features, featuresInWord, featuresOf, hashText, mix } from '../../.build/src/text/pronounce/features.js';
import { guess } from '../../.build/src/text/pronounce/guess.js';
import { layOut } from '../../.build/src/text/pronounce/run.js';
import { segment } from '../../.build/src/text/segment/segment.js';
import { sentences } from '../../.build/src/text/sentences.js';
import { words } from './words.mjs';

const {
  folds,
  'word-weight': wordWeight,
  'own-weight': ownWeight,
  epochs,
  decay,
} = parseArgs({
  options: {
    folds: { type: 'string', default: '0' },
    'word-weight': { type: 'string', default: '1' },
    'own-weight': { type: 'string', default: '1' },
    epochs: { type: 'string', default: '12' },
    decay: { type: 'string', default: '0.005' },
  },
}).values;

const prior = 2;
const rate = 0.3;
const unit = 0.05;
const longest = 5;
const least = 3;
/** Words rarer than this share teach nothing. */
const rarest = 4e-12;
const fewest = 3;

/** A seeded generator, so that the same data give the same file. */
let state = 1;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 0) / 4294967296;
}

function shuffle(list) {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

function readSet(name) {
  const lines = (file) => readFileSync(`test/text/cpp/${file}`, 'utf8').trimEnd().split('\n');
  const labels = lines(`${name}.lb`);
  return lines(`${name}.sent`).flatMap((line, index) => {
    const at = line.indexOf('▁');
    const example = exampleOf(line.replaceAll('▁', ''), at, labels[index].replace('u:', 'v'));
    return example === undefined ? [] : [example];
  });
}

/** The marked character with its features; the guess is the dictionary's, entries of our own left out. */
function exampleOf(text, at, label) {
  for (const span of sentences(text)) {
    if (at < span.start || at >= span.end) continue;
    const run = layOut(segment(normalize(text.slice(span.start, span.end), span.start).tokens));
    const choices = guess(run);
    for (const [number, word] of run.words.entries()) {
      const index = word.tokens.findIndex((token) => token.start === at);
      if (index < 0 || word.kind !== 'han') continue;
      const place = run.starts[number] + index;
      const said = choices[place];
      const count = featuresOf(run, place, said);
      const length = Math.min(said.length, longest);
      return {
        char: word.tokens[index].text,
        label,
        guess: said.reading,
        length,
        features: features.slice(0, count),
        weight: 1,
      };
    }
  }
  return undefined;
}

function wordExamples(classes) {
  const examples = [];
  for (const { word, chars, names, share } of words) {
    if (chars.length !== word.length || share < rarest) continue;
    const codes = Uint16Array.from(chars, (char) => char.charCodeAt(0));
    for (const [index, char] of chars.entries()) {
      const known = classes.get(char);
      if (known === undefined || known.size < 2 || !known.has(names[index])) continue;
      const count = featuresInWord(codes, index);
      examples.push({ char, label: names[index], features: features.slice(0, count), weight: Number(wordWeight) });
    }
  }
  return examples;
}

/** Words that we wrote for a reading, see the file. */
const own = readFileSync('scripts/text/polyphones-own.tsv', 'utf8')
  .trimEnd()
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .flatMap((line) => {
    const [char, label, phrases] = line.split('\t');
    return phrases.split(' ').map((phrase) => ({ char, label, phrase }));
  });

function ownExamples(classes) {
  return own.flatMap(({ char, label, phrase }) => {
    if ((classes.get(char)?.size ?? 0) < 2) return [];
    const codes = Uint16Array.from(phrase, (each) => each.charCodeAt(0));
    const at = phrase.indexOf(char);
    const count = featuresInWord(codes, at);
    return [{ char, label, features: features.slice(0, count), weight: Number(ownWeight) }];
  });
}

/** What a character of the set is read there, or in at least so many words of the dictionary. */
function classesOf(examples) {
  const classes = new Map();
  for (const { char, label } of examples) classes.set(char, (classes.get(char) ?? new Set()).add(label));
  const counts = new Map();
  for (const { chars, names } of words) {
    for (const [index, char] of chars.entries()) {
      if (!classes.has(char) || names[index].endsWith('5')) continue;
      const key = `${char} ${names[index]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  for (const [key, count] of counts) if (count >= fewest) classes.get(key.charAt(0))?.add(key.slice(2));
  for (const { char, label } of own) classes.get(char)?.add(label);
  // The commonest first.
  const common = (char) => (a, b) => (counts.get(`${char} ${b}`) ?? 0) - (counts.get(`${char} ${a}`) ?? 0);
  return new Map([...classes].map(([char, readings]) => [char, new Set([...readings].sort().sort(common(char)))]));
}

function readingsOf(example, classes) {
  const known = classes.get(example.char) ?? new Set();
  return example.guess === undefined || known.has(example.guess) ? [...known] : [...known, example.guess];
}

/** Logistic regression by AdaGrad; weights of feature and reading by key, and of a guess by its word's length. */
function train(examples) {
  const classes = classesOf(examples);
  const all = [...examples, ...wordExamples(classes), ...ownExamples(classes)];
  const numbers = new Map();
  const rows = [];
  for (const example of all) {
    const readings = readingsOf(example, classes);
    if (readings.length < 2) continue;
    rows.push({
      target: readings.indexOf(example.label),
      guessed: readings.indexOf(example.guess),
      weight: example.weight,
      inputs: readings.map((reading, index) => {
        const mark = hashText(reading);
        // The first reading is the one that the others are measured against.
        const keys = index === 0 ? [] : [...example.features].map((feature) => mix(feature, mark));
        if (reading === example.guess) keys.push(`length ${example.length}`);
        return Int32Array.from(keys, (key) => numberOf(numbers, key));
      }),
    });
  }
  const weights = new Float64Array(numbers.size);
  const gradients = new Float64Array(numbers.size).fill(0.1);
  for (let epoch = 0; epoch < Number(epochs); epoch += 1)
    for (const row of shuffle(rows)) learn(row, weights, gradients);
  return { classes, numbers, weights };
}

function numberOf(numbers, key) {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number;
}

function learn({ target, guessed, weight, inputs }, weights, gradients) {
  const scores = inputs.map((input, index) =>
    input.reduce((sum, number) => sum + weights[number], index === guessed ? prior : 0),
  );
  const most = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - most));
  const total = shares.reduce((a, b) => a + b);
  for (const [index, input] of inputs.entries()) {
    const error = (shares[index] / total - (index === target ? 1 : 0)) * weight;
    if (Math.abs(error) < 1e-3) continue;
    for (const number of input) {
      const step = error + Number(decay) * weights[number];
      gradients[number] += step * step;
      weights[number] -= (rate * step) / Math.sqrt(gradients[number]);
    }
  }
}

/** As shipped: weights in units, small ones left out. */
function compact({ classes, numbers, weights }) {
  const kept = new Map();
  const trust = new Array(longest + 1).fill(Math.round(prior / unit));
  for (const [key, number] of numbers) {
    const value = Math.max(-127, Math.min(127, Math.round(weights[number] / unit)));
    if (typeof key === 'string') trust[Number(key.split(' ')[1])] += value;
    else if (Math.abs(value) > least) kept.set(key, value);
  }
  return { classes, kept, trust };
}

function predict({ classes, kept, trust }, example) {
  let best;
  let bestScore = -Infinity;
  for (const [index, reading] of readingsOf(example, classes).entries()) {
    const mark = hashText(reading);
    let score = reading === example.guess ? trust[example.length] : 0;
    for (const feature of index === 0 ? [] : example.features) score += kept.get(mix(feature, mark)) ?? 0;
    if (score > bestScore) [best, bestScore] = [reading, score];
  }
  return best;
}

const examples = readSet('dev');
const base = examples.filter((example) => example.guess === example.label).length;
console.log(`${examples.length} sentences, dictionary alone ${((100 * base) / examples.length).toFixed(2)} %`);

if (Number(folds) > 0) {
  shuffle(examples);
  let right = 0;
  for (let fold = 0; fold < Number(folds); fold += 1) {
    const model = compact(train(examples.filter((_, index) => index % Number(folds) !== fold)));
    const unseen = examples.filter((_, index) => index % Number(folds) === fold);
    if (fold === 0) console.log(`${model.kept.size} weights`);
    right += unseen.filter((example) => predict(model, example) === example.label).length;
  }
  console.log(`cross-validated, ${folds} folds: ${((100 * right) / examples.length).toFixed(2)} %`);
} else {
  const { classes, kept, trust } = compact(train(examples));
  const sorted = [...kept].sort(([a], [b]) => a - b);
  const file = Buffer.alloc(sorted.length * 5);
  for (const [index, [key, value]] of sorted.entries()) {
    file.writeInt32LE(key, index * 4);
    file.writeInt8(value, sorted.length * 4 + index);
  }
  writeFileSync('data/polyphones.bin', file);
  const table = [...classes].filter(([, readings]) => readings.size > 1).sort(([a], [b]) => (a < b ? -1 : 1));
  const note = 'made by scripts/text/polyphones.mjs';
  writeFileSync(
    'data/polyphones.tsv',
    `# character\treadings the model chooses from; ${note}\n${table.map(([char, readings]) => `${char}\t${[...readings].join(' ')}\n`).join('')}`,
  );
  writeFileSync(
    'data/polyphones-trust.tsv',
    `# characters of the dictionary word\thow much its reading weighs; ${note}\n${trust.map((value, index) => `${index}\t${value}\n`).join('')}`,
  );
  console.log(`${sorted.length} weights, ${file.length} bytes`);
}
