import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { sinusoids } from '../../src/acoustic/encode.ts';
import { roundDurations } from '../../src/acoustic/regulate.ts';
import { Random } from '../../src/vocoder/random.ts';

function logs(...durations: number[]): Float32Array {
  return Float32Array.from(durations, (duration) => Math.log(duration + 1));
}

suite('durations', () => {
  test('are truncated after a half is added, as the reference has it', () => {
    const { durations, longest } = roundDurations(logs(0, 0.4, 0.6, 1.4, 2.6, 30.2), 1);
    assert.deepEqual([...durations], [0, 0, 1, 1, 3, 30]);
    assert.ok(Math.abs(longest - 30.2) < 1e-4);
  });

  test('at another rate the whole keeps the asked pace, and no sound is lost', () => {
    const random = new Random(8);
    const predicted = logs(...Array.from({ length: 200 }, () => random.uniform() ** 2 * 20));
    const whole = roundDurations(predicted, 1);
    const total = whole.durations.reduce((sum, count) => sum + count, 0);
    for (const rate of [0.25, 0.5, 0.9, 1.1, 2, 4]) {
      const { durations, longest } = roundDurations(predicted, rate);
      const sum = durations.reduce((all, count) => all + count, 0);
      assert.ok(Math.abs((sum * rate) / total - 1) < 0.05, `${rate}: ${sum} of ${total}`);
      assert.ok(Math.abs(longest * rate - whole.longest) < 1e-3);
      durations.forEach((count, symbol) => {
        assert.ok(count >= Math.min(1, whole.durations[symbol]!), `symbol ${symbol} at ${rate}`);
        if (whole.durations[symbol] === 0) assert.ok(count <= 1);
      });
    }
  });
});

test('positions count from 1: half of the channels sine, half cosine', () => {
  const table = sinusoids(3, 8);
  for (let row = 0; row < 3; row += 1) {
    for (let j = 0; j < 4; j += 1) {
      const angle = (row + 1) / 10000 ** (j / 3);
      assert.ok(Math.abs(table[row * 8 + j]! - Math.sin(angle)) < 1e-7);
      assert.ok(Math.abs(table[row * 8 + 4 + j]! - Math.cos(angle)) < 1e-7);
    }
  }
});
