import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import { formatSymbolLine } from '../../src/text/symbols/line.ts';

/** The lines of the original front end known in public. */
const rows = readFileSync(join(packageRoot, 'test', 'text', 'public', 'ttsfrd_samples.tsv'), 'utf8')
  .trim()
  .split('\n')
  .map((row) => row.split('\t'))
  .filter(([, kind]) => kind === 'ttsfrd-output');

/** Whole lines that are equal: what is reached is kept. */
const equal = ['0', '1', '2', '3', '4', '5', '6', '7'];

const analyser = createAnalyser('PinYin');

function line(text: string): string {
  const symbols = [...analyser.sentences(text)].flatMap(({ sentence }) => sentence.symbols);
  return formatSymbolLine(symbols, 'emotion_neutral', 'F7');
}

test('symbol lines equal the original whole', () => {
  const reached = rows.filter(([, , , text, , , symbols]) => line(text!) === symbols).map(([id]) => id);
  assert.deepEqual(reached, equal);
});

test('every syllable equals the original', () => {
  const spoken = (symbols: string) => symbols.match(/\{[a-z]\w*\$tone\d\$s_(?:begin|end)/g);
  for (const [, , , text, , , symbols] of rows) assert.deepEqual(spoken(line(text!)), spoken(symbols!));
});
