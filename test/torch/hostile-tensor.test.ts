import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { opened } from './opened.ts';
import { bothRefused, refused } from './refused.ts';
import { floats, legacyCheckpoint, storage, tensor, zipCheckpoint } from './write-checkpoint.ts';
import { call, dict, type Node, name, pickled, stateDict, tuple, type Written } from './write-pickle.ts';

const four = floats('0', [1, 2, 3, 4]);

describe('tensors', () => {
  const rebuild = name('torch._utils', '_rebuild_tensor_v2');
  const rebuilt = (...given: Written[]): Node => call(rebuild, ...given);
  const hooks = dict({ 0: 'hook' });
  const cases: readonly (readonly [what: string, about: RegExp, Written])[] = [
    ['one past the end', /beyond its storage/, tensor(four, { shape: [5] })],
    ['whose offset is past the end', /beyond its storage/, tensor(four, { shape: [], offset: 4 })],
    ['whose stride leads past the end', /beyond its storage/, tensor(four, { shape: [2, 2], strides: [3, 1] })],
    ['of negative size', /no sensible number/, tensor(four, { shape: [-2], strides: [1] })],
    ['of negative stride', /no sensible number/, tensor(four, { shape: [2], strides: [-1], offset: 3 })],
    ['of negative offset', /no sensible number/, tensor(four, { shape: [2], offset: -1 })],
    ['of sizes whose product overflows', /overflow/, tensor(four, { shape: [2 ** 30, 2 ** 30], strides: [0, 0] })],
    ['of sizes that wrap to few', /overflow/, tensor(four, { shape: [2 ** 32, 2 ** 32, 1], strides: [0, 0, 0] })],
    ['of strides that overflow', /overflow/, tensor(four, { shape: [2, 2], strides: [2 ** 53 - 1, 2 ** 52] })],
    ['of sizes beyond 2^53', /no sensible number/, tensor(four, { shape: [2n ** 64n], strides: [1] })],
    ['of NaN', /no sensible number/, tensor(four, { shape: [Number.NaN], strides: [1] })],
    ['of more sizes than strides', /2 sizes and 1 strides/, tensor(four, { shape: [2, 2], strides: [2] })],
    ['of 65 sizes', /no sensible sizes/, tensor(four, { shape: Array(65).fill(1) })],
    ['of sizes that are text', /no sensible number/, tensor(four, { shape: ['2'], strides: [1] })],
    ['that overlap themselves', /overlaps itself/, tensor(four, { shape: [2, 2], strides: [1, 1] })],
    ['without a storage', /no storage/, rebuilt('0', 0, tuple(2), tuple(1), false, null)],
    ['without arguments', /no storage/, rebuilt()],
    ['of an untyped storage', /untyped/, tensor({ ...four, type: 'UntypedStorage', length: 16 }, { shape: [4] })],
    ['without sizes', /no sensible sizes/, rebuilt(storage(four), 0, 2, 1, false, null)],
    ['with hooks', /has hooks/, rebuilt(storage(four), 0, tuple(2), tuple(1), false, hooks)],
    ['to be negated', /has metadata/, rebuilt(storage(four), 0, tuple(2), tuple(1), false, null, dict({ neg: true }))],
  ];
  for (const [what, about, made] of cases) {
    it(`${what} are refused`, () =>
      bothRefused('checkpoint_invalid', about, dict({ model: dict({ t: made }) }), [four]));
  }

  it('that repeat one element a billion times are refused when read', () => {
    const file = zipCheckpoint(dict({ t: tensor(four, { shape: [2 ** 30], strides: [0] }) }), [four]);
    opened(file, (checkpoint) => {
      const t = checkpoint.stateDict().get('t')!;
      assert.throws(() => t.read(), { code: 'checkpoint_invalid', message: /too large to read/ });
    });
  });
});

describe('legacy files', () => {
  const root = stateDict({ t: tensor(four, { shape: [4] }) });
  const cases: readonly (readonly [what: string, about: RegExp, Buffer])[] = [
    ['another magic number', /not a checkpoint/, legacyCheckpoint(root, [four], { magic: 1n })],
    ['another protocol', /unknown protocol/, legacyCheckpoint(root, [four], { protocol: 1000 })],
    ['a big-endian machine', /little-endian/, legacyCheckpoint(root, [four], { littleEndian: false })],
    ['a list of storages that is none', /no list of storages/, legacyCheckpoint(root, [four], { keys: 'none' })],
    ['a storage not in the list', /not in the file/, legacyCheckpoint(root, [four], { keys: [] })],
    ['a storage twice in the list', /list of storages/, legacyCheckpoint(root, [four], { keys: ['0', '0'] })],
    ['an unknown storage in the list', /list of storages/, legacyCheckpoint(root, [four], { keys: ['9'] })],
    ['a storage of another length', /not of the length/, legacyCheckpoint(root, [{ ...four, length: 3 }])],
    ['a pickle and no more', /cut short/, pickled(0x1950a86a20f9469cfc6cn)],
  ];
  for (const [what, about, file] of cases) {
    it(`${what}: refused`, () => void refused(file, 'checkpoint_invalid', about));
  }

  it('a storage cut short: refused before it is read', () => {
    refused(legacyCheckpoint(root, [four]).subarray(0, -1), 'checkpoint_invalid', /too early/);
  });

  it('a storage described in two ways: refused', () => {
    const twice = dict({ a: tensor(four, { shape: [4] }), b: tensor({ ...four, type: 'IntStorage' }, { shape: [4] }) });
    refused(legacyCheckpoint(twice, [four]), 'checkpoint_invalid', /described in two ways/);
  });

  it('a view beyond its storage: refused', () => {
    for (const view of [
      ['v', 2, 3],
      ['v', 5, 0],
      ['v', 2 ** 53 - 1, 2],
    ] as const) {
      const file = legacyCheckpoint(dict({ t: tensor({ ...four, view }, { shape: [1] }) }), [four]);
      refused(file, 'checkpoint_invalid', /beyond the storage/);
    }
  });

  it('a tensor beyond its view though inside the storage: refused', () => {
    const file = legacyCheckpoint(dict({ t: tensor({ ...four, view: ['v', 1, 2] }, { shape: [3] }) }), [four]);
    refused(file, 'checkpoint_invalid', /beyond its storage/);
  });

  it('a reference where none belongs: refused', () => {
    const file = legacyCheckpoint(root, [four], { keys: storage(four) });
    refused(file, 'checkpoint_forbidden', /where none belongs/);
  });
});
