import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { opened } from './opened.ts';
import { bothRefused, refused } from './refused.ts';
import { floats, storage, zipCheckpoint } from './write-checkpoint.ts';
import { handmade, node, PickleWriter, tuple, u32, type Written } from './write-pickle.ts';

const four = floats('0', [1, 2, 3, 4]);

describe('instructions', () => {
  const cases: readonly (readonly [what: string, about: RegExp, Buffer])[] = [
    ['an empty pickle', /empty stack/, handmade(() => {})],
    ['POP of nothing', /empty stack/, handmade((out) => out.op(0x30))],
    ['TUPLE3 of two', /empty stack/, handmade((out) => out.op(0x4e, 0x4e, 0x87))],
    ['TUPLE without MARK', /mark/, handmade((out) => out.op(0x4e, 0x74))],
    ['STOP under a MARK', /empty stack/, handmade((out) => out.op(0x4e, 0x28))],
    ['taking through a MARK', /empty stack/, handmade((out) => out.op(0x4e, 0x28, 0x30))],
    ['REDUCE of nothing', /empty stack/, handmade((out) => out.op(0x52))],
    ['APPEND to text', /no list/, handmade((out) => out.value('x').op(0x4e, 0x61))],
    ['SETITEM of a list', /no dict/, handmade((out) => out.value([]).op(0x4e, 0x4e, 0x73))],
    ['SETITEMS of a key alone', /without a value/, handmade((out) => out.op(0x7d, 0x28).value('k').op(0x75))],
    ['a key that is a list', /key that is neither/, handmade((out) => out.op(0x7d).value([]).op(0x4e, 0x73))],
    ['a key that is null', /key that is neither/, handmade((out) => out.op(0x7d, 0x4e, 0x4e, 0x73))],
    ['BINGET of what was not kept', /never kept/, handmade((out) => out.op(0x68, 3))],
    ['LONG_BINGET of 2^32 - 1', /never kept/, handmade((out) => out.op(0x6a, 255, 255, 255, 255))],
    ['BINPUT of nothing', /empty stack/, handmade((out) => out.op(0x71, 0, 0x4e))],
    ['text of 4 GiB', /string of 4294967295/, handmade((out) => out.op(0x58, 255, 255, 255, 255))],
    ['text of 2^64 - 1', /string of 18446744073709552000/, handmade((out) => out.op(0x8d, ...Array(8).fill(255)))],
    ['text longer than the file', /cut short/, handmade((out) => out.op(0x58, ...u32(1 << 19)))],
    ['text that is not UTF-8', /UTF-8/, handmade((out) => out.op(0x58, ...u32(2), 0xc3, 0x28))],
    ['an integer of 4 GiB', /integer of 4294967295/, handmade((out) => out.op(0x8b, 255, 255, 255, 255))],
    ['an integer of 255 bytes', /integer of 255/, handmade((out) => out.op(0x8a, 255).raw(Buffer.alloc(255)))],
    ['an integer that is text', /integer that is none/, handmade((out) => out.op(0x49).raw(Buffer.from('0x10\n')))],
    [
      'a decimal of a thousand digits',
      /integer that is none/,
      handmade((out) => out.op(0x4c).raw(Buffer.from(`${'9'.repeat(1000)}L\n`))),
    ],
    ['a name without end', /line too long/, handmade((out) => out.op(0x63).raw(Buffer.alloc(4000, 'a')))],
    ['a name that is a number', /no text/, handmade((out) => out.op(0x4b, 1, 0x4b, 1, 0x93))],
    ['protocol 5', /protocol 5/, new PickleWriter(5).value(null).stop()],
    ['a list in itself', /contains itself/, handmade((out) => out.op(0x5d, 0x71, 0, 0x68, 0, 0x61))],
    ['a dict in itself', /contains itself/, handmade((out) => out.op(0x7d, 0x71, 0).value('k').op(0x68, 0, 0x73))],
  ];
  for (const [what, about, pickle] of cases) {
    it(`${what}: refused`, () => bothRefused('checkpoint_invalid', about, pickle));
  }
});

describe('pickles that grow', () => {
  const repeated = (count: number, ...bytes: number[]): Buffer =>
    Buffer.alloc(count * bytes.length, Buffer.from(bytes));

  it('lists nested a million deep', () => {
    const deep = handmade((out) => out.raw(repeated(200_000, 0x5d)).raw(repeated(199_999, 0x61)));
    bothRefused('checkpoint_invalid', /nested too deeply/, deep);
    bothRefused(
      'checkpoint_invalid',
      /too many objects/,
      handmade((out) => out.raw(repeated(1_000_000, 0x5d))),
    );
  });

  it('tuples nested beyond the bound, and not those at it', () => {
    const nested = (depth: number) => handmade((out) => out.op(0x29).raw(repeated(depth - 1, 0x85)));
    bothRefused('checkpoint_invalid', /nested too deeply/, nested(65));
    opened(zipCheckpoint(nested(64)), (checkpoint) => assert.ok(Array.isArray(checkpoint.root)));
  });

  it('depth hidden behind shared tuples', () => {
    // Forty levels kept aside, then used forty levels down: the walk meets them as known.
    const deep = handmade((out) => {
      out.op(0x28, 0x29).raw(repeated(39, 0x85)).op(0x71, 0);
      out.op(0x68, 0).raw(repeated(40, 0x85)).op(0x74);
    });
    bothRefused('checkpoint_invalid', /nested too deeply/, deep);
  });

  it('a billion laughs', () => {
    const laughs = handmade((out) => {
      out.value('ha');
      for (let level = 0; level < 30; level++) out.op(0x71, level, 0x68, level, 0x68, level, 0x87);
    });
    refused(zipCheckpoint(laughs), 'checkpoint_invalid', /empty stack|too many values/);
    const doubling = handmade((out) => {
      out.op(0x29);
      for (let level = 0; level < 40; level++) out.op(0x71, level, 0x68, level, 0x86);
    });
    bothRefused('checkpoint_invalid', /too many values/, doubling);
  });

  it('sharing as such is allowed', () => {
    const shared = handmade((out) =>
      out
        .op(0x28, 0x29, 0x71, 0)
        .raw(repeated(100_000, 0x68, 0))
        .op(0x74),
    );
    opened(zipCheckpoint(shared), (checkpoint) => assert.equal((checkpoint.root as unknown[]).length, 100_001));
  });

  it('marks without end', () => {
    bothRefused(
      'checkpoint_invalid',
      /too many objects/,
      handmade((out) => out.raw(repeated(1_000_000, 0x28))),
    );
  });

  it('instructions without end', () => {
    const idle = handmade((out) => out.op(0x4e).raw(repeated(2_200_000, 0x4e, 0x30)));
    bothRefused('checkpoint_invalid', /too many instructions/, idle);
  });

  it('one large list copied again and again', () => {
    const copies = handmade((out) => {
      out.value(Array.from({ length: 50_000 }, (): Written => tuple(1, 2))).op(0x71, 0);
      for (let i = 0; i < 10_000; i++) out.op(0x30).name('collections', 'OrderedDict').op(0x68, 0, 0x85, 0x52);
    });
    bothRefused('checkpoint_invalid', /too many objects/, copies);
  });

  const made = (name: string, given: Written, call: number) =>
    handmade((out) => {
      out
        .op(0x28)
        .name(...(name.split(' ') as [string, string]))
        .op(0x71, 0);
      out
        .value(given)
        .op(0x71, 1)
        .raw(repeated(600_000, 0x68, 0, 0x68, 1, call))
        .op(0x74);
    });

  it('empty dicts and lists made again and again', () => {
    bothRefused('checkpoint_invalid', /too many objects/, made('collections OrderedDict', tuple(), 0x52));
    bothRefused('checkpoint_invalid', /too many objects/, made('builtins list', tuple(), 0x52));
  });

  it('references to storages made again and again', () => {
    const id = tuple(
      'storage',
      node((out) => out.name('torch', 'FloatStorage')),
      '0',
      'cpu',
      4,
    );
    // BINPERSID takes the id alone: the name below it stays where it is.
    bothRefused('checkpoint_invalid', /too many objects/, made('torch FloatStorage', id, 0x51), [four]);
  });

  it('tensors of many axes made again and again', () => {
    const many = handmade((out) => {
      out.op(0x28).name('torch._utils', '_rebuild_tensor').op(0x71, 0);
      const ones = tuple(...Array(64).fill(1));
      out.tuple([storage(four), 0, ones, ones]).op(0x71, 1);
      for (let i = 0; i < 20_000; i++) out.op(0x68, 0, 0x68, 1, 0x52);
      out.op(0x74);
    });
    refused(zipCheckpoint(many, [four]), 'checkpoint_invalid', /too many objects/);
  });
});
