import { readTable } from '../data.ts';
import type { Word } from '../segment/word.ts';

/** Whether a neighbour is as a row of the table wants it. */
type Test = (word: Word | undefined) => boolean;

interface Row {
  readonly reading: string;
  readonly before: Test;
  readonly after: Test;
}

const rows = new Map<string, Row[]>();
for (const [char, reading, before, after] of readTable('context.tsv')) {
  const row = { reading: reading!, before: testOf(before!, 'endsWith'), after: testOf(after!, 'startsWith') };
  rows.set(char!, [...(rows.get(char!) ?? []), row]);
}

/**
 * The reading of a character that is a word of its own, by the words beside it: 慢慢地 and 工地, 干了 and 干的. The learned
 * model has seen little of how such words are used in speech. Undefined where the table says nothing.
 */
export function readByNeighbours(word: Word, previous: Word | undefined, next: Word | undefined): string | undefined {
  if (word.tokens.length !== 1) return undefined;
  const before = word.gap === 3 ? undefined : previous;
  const after = next?.gap === 3 ? undefined : next;
  return rows.get(word.text)?.find((row) => row.before(before) && row.after(after))?.reading;
}

function testOf(field: string, edge: 'startsWith' | 'endsWith'): Test {
  if (field === '*') return () => true;
  const items = field.split(' ');
  const texts = items.filter((item) => !/^[@$]/.test(item));
  const poses = items.filter((item) => /^@[a-z]/.test(item)).map((item) => /^@([a-z]+)(\d?)$/.exec(item)!);
  const doubled = items.includes('@AA');
  const paused = items.includes('$');
  return (word) =>
    word === undefined
      ? paused
      : texts.some((text) => word.text[edge](text)) ||
        poses.some(([, pos, least]) => word.pos === pos && word.tokens.length >= Number(least || 1)) ||
        (doubled && isDoubled(word.text));
}

/** 慢慢, 静悄悄, 高高兴兴, 一步一步 */
function isDoubled(text: string): boolean {
  return /(.)\1/u.test(text) || /^(..)\1$/u.test(text);
}
