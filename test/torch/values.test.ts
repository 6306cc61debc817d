import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import { at, opened } from './opened.ts';
import { legacyCheckpoint, zipCheckpoint } from './write-checkpoint.ts';
import { call, dict, name, type Written } from './write-pickle.ts';

describe('plain values', () => {
  const cases: readonly [what: string, written: Written, expected: unknown][] = [
    ['a defaultdict', call(name('collections', 'defaultdict'), name('__builtin__', 'dict')), new Map()],
    [
      'a defaultdict with content',
      call(name('collections', 'defaultdict'), name('builtins', 'list'), new Map([['k', 1]])),
      new Map([['k', 1]]),
    ],
    [
      'an OrderedDict of pairs, as Python 2 wrote it',
      call(name('collections', 'OrderedDict'), [
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
    ['a set', call(name('__builtin__', 'set'), [1, 2]), [1, 2]],
    ['a dtype', name('torch', 'float16'), 'torch.float16'],
    ['an integer past 2^53', 2n ** 70n, 2n ** 70n],
    ['a negative one', -(2n ** 70n), -(2n ** 70n)],
    ['the largest safe integer', 2 ** 53 - 1, 2 ** 53 - 1],
    ['floats', [0.1, -1.5e-300, -5], [0.1, -1.5e-300, -5]],
    ['text', ['朗读', '𠮷', '', '\uFEFFx'], ['朗读', '𠮷', '', '\uFEFFx']],
  ];
  for (const [what, written, expected] of cases) {
    it(what, () => {
      for (const file of [zipCheckpoint(dict({ v: written })), legacyCheckpoint(dict({ v: written }))]) {
        opened(file, (checkpoint) => assert.deepEqual(at(checkpoint, 'v'), expected));
      }
    });
  }

  it('keys that mean something to JavaScript are keys like any other', () => {
    const root = new Map<string, Written>([
      ['__proto__', new Map([['polluted', true]])],
      ['constructor', new Map([['prototype', 1]])],
      ['toString', 'x'],
    ]);
    const file = zipCheckpoint(root);
    opened(file, (checkpoint) => {
      assert.deepEqual([...(checkpoint.root as Map<string, unknown>).keys()], ['__proto__', 'constructor', 'toString']);
      assert.equal(({} as { polluted?: boolean }).polluted, undefined);
      assert.throws(() => checkpoint.stateDict('hasOwnProperty'), LangduError);
    });
  });
});
