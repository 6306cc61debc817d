import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  either,
  flag,
  integer,
  list,
  name,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  type ShapeOf,
  text,
} from '../../src/voice/shape.ts';

const voice = object({
  name,
  sizes: list(integer(1), 1),
  gain: optional(number),
  tables: record(list(text)),
  through: either(object({ by: oneOf('f0') }), object({ by: oneOf('guess'), mean: number })),
});
const right: ShapeOf<typeof voice> = { name: 'a', sizes: [1, 2], tables: { x: ['y'] }, through: { by: 'f0' } };

suite('a shape', () => {
  test('takes what it describes, and what it knows nothing of', () => {
    for (const value of [right, { ...right, gain: -0.5 }, { ...right, through: { by: 'guess', mean: 1 } }]) {
      assert.equal(voice(value, ''), undefined);
    }
    assert.equal(voice({ ...right, later: true }, ''), undefined);
  });

  const wrong: [Partial<Record<keyof typeof right, unknown>>, RegExp][] = [
    [{ name: '' }, /^\/name should be a name$/],
    [{ name: undefined }, /^\/name should be a name$/],
    [{ sizes: [] }, /^\/sizes should be a list of at least 1$/],
    [{ sizes: { 0: 1 } }, /^\/sizes should be a list/],
    [{ sizes: [1, 0] }, /^\/sizes\/1 should be a whole number from 1$/],
    [{ sizes: [1.5] }, /^\/sizes\/0 should be/],
    [{ gain: null }, /^\/gain should be a number$/],
    [{ gain: Number.NaN }, /^\/gain should be a number$/],
    [{ tables: [] }, /^\/tables should be an object$/],
    [{ tables: { x: ['y', 1] } }, /^\/tables\/x\/1 should be a text$/],
    [{ through: { by: 'f1' } }, /^\/through\/by should be one of guess$/],
    [{ through: { by: 'guess' } }, /^\/through\/mean should be a number$/],
  ];
  for (const [change, problem] of wrong) {
    test(`says where ${JSON.stringify(change)} is wrong`, () => {
      assert.match(voice({ ...right, ...change }, '') ?? '', problem);
    });
  }

  test('of one value takes its own kind alone', () => {
    const values = ['a', '', true, 1, 1.5, null, undefined, [], {}];
    const taken = (shape: Shape<unknown>) => values.filter((value) => shape(value, '') === undefined);
    assert.deepEqual(taken(text), ['a', '']);
    assert.deepEqual(taken(name), ['a']);
    assert.deepEqual(taken(flag), [true]);
    assert.deepEqual(taken(number), [1, 1.5]);
    assert.deepEqual(taken(integer(1)), [1]);
    assert.deepEqual(taken(object({})), [{}]);
    assert.equal(text(1, ''), '/ should be a text');
  });
});
