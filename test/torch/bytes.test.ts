import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ByteSource, memory, region, take } from '../../src/torch/bytes.ts';

describe('a region', () => {
  const whole = memory(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
  const sources: Readonly<Record<string, ByteSource>> = {
    'of a source': region(whole, 2, 4),
    'of a region': region(region(whole, 1, 6), 1, 4),
  };
  for (const [what, part] of Object.entries(sources)) {
    it(`${what} gives its own bytes and no neighbour's`, () => {
      assert.equal(part.size, 4);
      assert.deepEqual([...take(part, 0, 4)], [2, 3, 4, 5]);
      assert.deepEqual([...take(part, 3, 1)], [5]);
      assert.deepEqual([...take(part, 4, 0)], []);
      const outside = [
        [0, 5],
        [4, 1],
        [5, 0],
        [-1, 2],
        [1.5, 1],
        [Number.NaN, 1],
        [2 ** 53, 1],
        [1, -1],
      ] as const;
      for (const [offset, length] of outside) {
        assert.throws(() => take(part, offset, length), { code: 'checkpoint_invalid' }, `${offset} ${length}`);
      }
      for (const offset of [3, -1, 2 ** 53]) {
        assert.throws(() => part.read(offset, new Uint8Array(2)), { code: 'checkpoint_invalid' }, `read at ${offset}`);
      }
    });
  }

  it('that leaves its source is refused', () => {
    assert.throws(() => region(whole, 5, 4), { code: 'checkpoint_invalid' });
    assert.throws(() => region(whole, -1, 4), { code: 'checkpoint_invalid' });
  });
});
