import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { type DecoderLane, decodeTogether, openLane } from '../../src/acoustic/decode.ts';
import { type Claim, MOST_TOGETHER, type OnTurn, Turns } from '../../src/engine/turns.ts';
import { concatenate } from '../../src/float-arrays.ts';
import { openVoice } from '../../src/voice/open.ts';
import { regulated } from '../acoustic/regulated.ts';
import { goldenItems, importGolden } from '../golden-data.ts';

const folder = importGolden(['tiny', 'tiny-nsf']);
const voice = openVoice(join(folder, 'tiny'));
const other = openVoice(join(folder, 'tiny-nsf'));
after(() => {
  voice.close();
  other.close();
});

const sentence = regulated(voice, goldenItems('tiny')[0]!.symbols, 1);
const lane = () => openLane(voice.acoustic, sentence);

interface Asker extends Claim {
  readonly spent: (ms: number) => void;
  readonly shares: number[];
  readonly hangUp: AbortController;
}

function asker(urgency: number): Asker {
  const hangUp = new AbortController();
  const shares: number[] = [];
  return { urgency, hangUp, shares, signal: hangUp.signal, spent: (ms) => void shares.push(ms) };
}

/** Urgencies of those whose turn it was, turn by turn. */
function watched(): { readonly turns: Turns; readonly seen: number[][]; readonly next: OnTurn[] } {
  const seen: number[][] = [];
  const next: OnTurn[] = [];
  const turns = new Turns((claims, work) => {
    if (claims.length === 0) return;
    seen.push(claims.map(({ urgency }) => urgency));
    next.shift()?.(claims, work);
  });
  return { turns, seen, next };
}

const cancelled = { code: 'cancelled' };

suite('turns', () => {
  test('who is most in need goes first, and each at his turn', async () => {
    const { turns, seen } = watched();
    const done: number[] = [];
    const work = [3, 1, 2].map((urgency) => turns.compute(asker(urgency), () => done.push(urgency)));
    await Promise.all([...work, turns.decode(asker(1.5), voice.acoustic, lane(), 2)]);
    assert.deepEqual(seen, [[1], [1.5], [2], [3]]);
    assert.deepEqual(done, [1, 2, 3]);
  });

  test('nothing is computed any more for who has hung up', async () => {
    const { turns, seen } = watched();
    const [gone, there] = [asker(1), asker(2)];
    const begun = lane();
    let computed = false;
    const refused = [
      turns.compute(gone, () => {
        computed = true;
      }),
      turns.decode(gone, voice.acoustic, begun, 2),
    ].map((work) => assert.rejects(work, cancelled));
    const made = turns.decode(there, voice.acoustic, lane(), 2);
    gone.hangUp.abort();
    await Promise.all([...refused, made]);
    await assert.rejects(
      turns.compute(gone, () => {
        computed = true;
      }),
      cancelled,
    );
    assert.deepEqual([computed, begun.step, gone.shares], [false, 0, []]);
    assert.deepEqual(seen, [[2]]);
  });

  test('who hangs up in the middle of his steps gets no more of them', async () => {
    const { turns, seen, next } = watched();
    const [gone, there] = [asker(2), asker(1)];
    const half = lane();
    const refused = assert.rejects(turns.decode(gone, voice.acoustic, half, 9), cancelled);
    next.push(() => gone.hangUp.abort());
    await turns.decode(there, voice.acoustic, lane(), 4);
    await refused;
    assert.deepEqual([seen, half.step], [[[1, 2]], 4]);
  });

  test('who waits for decoder steps makes them with the others, as many together as there may be', async () => {
    const { turns, seen } = watched();
    const askers = Array.from({ length: MOST_TOGETHER + 2 }, (_, index) => asker((index * 7) % 10));
    const lanes = askers.map(lane);
    const frames = await Promise.all(
      askers.map((each, index) => turns.decode(each, voice.acoustic, lanes[index]!, 5 + (index % 2))),
    );
    assert.deepEqual(seen[0], [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.ok(seen.every(({ length }) => length <= MOST_TOGETHER));
    const [alone] = decodeTogether(voice.acoustic, [lane()], 6);
    frames.forEach((parts, index) => {
      const made = concatenate(parts);
      assert.deepEqual(made, alone!.subarray(0, made.length), `${index}`);
      assert.equal(lanes[index]!.step, 5 + (index % 2), 'no more than was asked for');
    });
    const [first, second] = [0, 1].map((urgency) => askers.find((each) => each.urgency === urgency)!.shares[0]);
    assert.equal(first, second, 'each has its share of the time');
  });

  test('sentences of two voices make no steps together', async () => {
    const { turns, seen } = watched();
    const line = regulated(other, goldenItems('tiny-nsf')[0]!.symbols, 1);
    const others: DecoderLane = openLane(other.acoustic, line);
    await Promise.all([
      turns.decode(asker(1), voice.acoustic, lane(), 2),
      turns.decode(asker(2), other.acoustic, others, 2),
      turns.decode(asker(3), voice.acoustic, lane(), 2),
    ]);
    assert.deepEqual(seen, [[1, 3], [2]]);
  });

  test('work that fails is the failure of who asked for it', async () => {
    const { turns } = watched();
    const broken = turns.compute(asker(1), () => {
      throw new Error('broken');
    });
    const whole = turns.compute(asker(2), () => 'whole');
    await assert.rejects(broken, /broken/);
    assert.equal(await whole, 'whole');
  });
});
