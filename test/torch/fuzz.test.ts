import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import { type CheckpointValue, isLazyTensor } from '../../src/torch/checkpoint.ts';
import { opened } from './opened.ts';
import { floats, legacyCheckpoint, tensor, zipCheckpoint } from './write-checkpoint.ts';
import { call, dict, name, stateDict, tuple } from './write-pickle.ts';

const roundsOfEach = 1500;

const first = floats('0', [1, 2, 3, 4, 5, 6]);
const second = floats('1', [7, 8, 9]);
const root = dict({
  model: stateDict({ 'a.weight': tensor(first, { shape: [2, 3] }), 'a.bias': tensor(second, { shape: [3] }) }),
  scheduler: dict({
    milestones: call(name('collections', 'Counter'), new Map([[5, 1]])),
    betas: tuple(0.5, 2n ** 60n),
  }),
  steps: 1000,
});
const storages = [first, second];

/** Small, so that damage falls on structure and a failure is easy to look at. */
const kinds: Readonly<Record<string, Buffer>> = {
  zip: zipCheckpoint(root, storages),
  'zip64, protocol 4': zipCheckpoint(root, storages, { zip64: true, protocol: 4 }),
  'deflated zip': zipCheckpoint(root, storages, { deflate: true }),
  legacy: legacyCheckpoint(root, storages),
};

/** mulberry32: the same numbers for the same seed, everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Damage = (bytes: Buffer, random: (below: number) => number) => Buffer;

const instructions = Buffer.from(
  [...'(.0120NIJKMLGXTU])}tled a u s q r h j c R b Q'.replaceAll(' ', '')].map((c) => c.charCodeAt(0)),
);

const damages: readonly Damage[] = [
  function truncate(bytes, random) {
    return bytes.subarray(0, random(bytes.length));
  },
  function flipBits(bytes, random) {
    for (let i = random(4); i >= 0; i--) bytes[random(bytes.length)]! ^= 1 << random(8);
    return bytes;
  },
  function overwrite(bytes, random) {
    for (let i = random(6); i >= 0; i--) bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  function spliceOut(bytes, random) {
    const start = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + random(40))]);
  },
  function spliceIn(bytes, random) {
    const [from, to] = [random(bytes.length), random(bytes.length)];
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, from + random(80)), bytes.subarray(to)]);
  },
  function hugeLength(bytes, random) {
    const lengths = [0xffffffff, 0x7fffffff, 0x80000000, 0x10000, 0];
    bytes.writeUInt32LE(lengths[random(lengths.length)]!, random(bytes.length - 4));
    return bytes;
  },
  function hugeWideLength(bytes, random) {
    bytes.writeBigUInt64LE(random(2) === 0 ? 2n ** 64n - 1n : BigInt(random(2 ** 31)), random(bytes.length - 8));
    return bytes;
  },
  function otherInstruction(bytes, random) {
    // In the pickle, which both serialisations have near the front.
    const at = random(Math.min(bytes.length, 700));
    bytes[at] = instructions[random(instructions.length)]!;
    return bytes;
  },
];

/** Walks everything and reads every tensor; the number read. */
function readAll(value: CheckpointValue): number {
  if (isLazyTensor(value)) {
    const expected = value.shape.reduce((product, size) => product * size, 1);
    const elements = value.read();
    assert.ok(elements instanceof Float32Array);
    assert.equal(elements.length, expected);
    return 1;
  }
  let tensors = 0;
  if (Array.isArray(value)) for (const item of value) tensors += readAll(item);
  else if (value instanceof Map) for (const item of value.values()) tensors += readAll(item);
  else assert.ok(value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value));
  return tensors;
}

/** 'opened', or the code of the error; anything else thrown is the failure looked for. */
function outcome(bytes: Buffer): string {
  try {
    opened(bytes, (checkpoint) => readAll(checkpoint.root));
    return 'opened';
  } catch (error) {
    if (error instanceof LangduError) return error.code;
    throw error;
  }
}

describe('damaged files', () => {
  for (const [kind, whole] of Object.entries(kinds)) {
    it(`${kind}: undamaged, all its tensors are read`, () => {
      assert.equal(
        opened(whole, (checkpoint) => readAll(checkpoint.root)),
        2,
      );
    });

    it(`${kind}: either opens and reads or fails with an error of ours`, () => {
      const outcomes = new Map<string, number>();
      for (let seed = 0; seed < roundsOfEach; seed++) {
        const random = generator(seed);
        let bytes: Buffer = Buffer.from(whole);
        for (let i = random(2); i >= 0; i--) {
          if (bytes.length > 8) bytes = Buffer.from(damages[random(damages.length)]!(bytes, random));
        }
        let result: string;
        try {
          result = outcome(bytes);
        } catch (error) {
          assert.fail(new Error(`${kind}, seed ${seed}: ${String(error)}`, { cause: error }));
        }
        outcomes.set(result, (outcomes.get(result) ?? 0) + 1);
      }
      // Damage that is never met, or always met at the door, would test nothing.
      const count = (of: string) => outcomes.get(of) ?? 0;
      assert.ok(count('opened') > roundsOfEach / 50, JSON.stringify([...outcomes]));
      assert.ok(count('checkpoint_invalid') > roundsOfEach / 4, JSON.stringify([...outcomes]));
      assert.deepEqual(
        [...outcomes.keys()].filter((code) => !/^(opened|checkpoint_(invalid|forbidden))$/.test(code)),
        [],
      );
    });

    it(`${kind}: cut at any byte, never anything else`, () => {
      for (let length = 0; length < whole.length; length++) {
        assert.equal(outcome(whole.subarray(0, length)), 'checkpoint_invalid', `cut to ${length}`);
      }
    });
  }
});
