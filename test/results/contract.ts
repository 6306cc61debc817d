import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RetentionLimits } from '../../src/results/plan.ts';
import type { PendingResult, ResultStore, SweepReport } from '../../src/results/store.ts';

export interface PlaceOptions extends Partial<RetentionLimits> {
  readonly upkeep?: boolean;
}

/** A place for results that is the test's own. */
export interface Place {
  open(options?: PlaceOptions): Promise<ResultStore>;
}

/** The bytes of a result, whole. */
export async function bytesOf(store: ResultStore, name: string): Promise<Buffer | undefined> {
  const stored = await store.open(name);
  return stored && buffer(stored.read(0, stored.size - 1));
}

export async function write(store: ResultStore, bytes: Uint8Array, extension = 'wav'): Promise<string> {
  const pending = await store.create({ extension });
  await pending.append(bytes);
  await pending.commit();
  return pending.name;
}

/** Bytes that are the same nowhere, so that a part out of its place is seen. */
export function patterned(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const MIB = 1024 * 1024;

/** What every driver of results holds to. `place` gives a new, empty one for each test. */
export function contract(driver: string, place: (t: TestContext) => Promise<Place>): void {
  const opened = async (t: TestContext, limits?: Partial<RetentionLimits>): Promise<ResultStore> => {
    const store = await (await place(t)).open(limits);
    t.after(() => store.close());
    return store;
  };

  suite(`results in ${driver}`, () => {
    test('a result can be opened when it is complete, not before', async (t) => {
      const store = await opened(t);
      const pending = await store.create({ extension: 'wav' });
      assert.match(pending.name, /^[0-9a-f]{32}\.wav$/);
      await pending.append(Buffer.from('head'));
      await pending.append(Buffer.from('body'));
      assert.equal(await store.open(pending.name), undefined);
      assert.deepEqual(await store.list(), []);
      assert.deepEqual((await store.usage()).pendingBytes, 8);
      await pending.commit(Buffer.from('HEAD'));
      assert.equal((await bytesOf(store, pending.name))?.toString(), 'HEADbody');
      await pending.abort();
      assert.equal((await bytesOf(store, pending.name))?.toString(), 'HEADbody');
      await assert.rejects(pending.append(Buffer.from('x')), /committed or aborted/);
      await assert.rejects(pending.commit(), /committed or aborted/);
    });

    test('every kind of file has its name and its content type, now and later', async (t) => {
      const here = await place(t);
      const store = await here.open();
      const kinds: readonly [extension: string, contentType: string | undefined, served: string][] = [
        ['wav', undefined, 'audio/wav'],
        ['mp3', undefined, 'audio/mpeg'],
        ['ogg', 'audio/ogg; codecs=opus', 'audio/ogg; codecs=opus'],
        ['flac', 'audio/flac', 'audio/flac'],
        ['aac', undefined, 'audio/aac'],
        ['pcm', 'audio/pcm;rate=24000;encoding=signed-int;bits=16', 'audio/pcm;rate=24000;encoding=signed-int;bits=16'],
        ['json', undefined, 'application/json'],
        ['srt', undefined, 'application/x-subrip; charset=utf-8'],
        ['vtt', undefined, 'text/vtt; charset=utf-8'],
      ];
      const names: string[] = [];
      for (const [extension, contentType] of kinds) {
        const pending = await store.create({ extension, ...(contentType === undefined ? {} : { contentType }) });
        await pending.append(Buffer.from(extension));
        await pending.commit();
        names.push(pending.name);
      }
      await store.close();
      const again = await here.open();
      t.after(() => again.close());
      for (const [at, [extension, , served]] of kinds.entries()) {
        const stored = await again.open(names[at]!);
        assert.match(names[at]!, new RegExp(`^[0-9a-f]{32}\\.${extension}$`));
        assert.equal(stored?.contentType, served);
        await stored?.close();
      }
      await assert.rejects(again.create({ extension: '../x' }), /no extension/);
      await assert.rejects(again.create({ extension: 'wav', contentType: 'audio/wav\r\nx: y' }), /no content type/);
    });

    test('a long result grows in pieces of any size, and any range of it can be read', async (t) => {
      const store = await opened(t);
      const whole = patterned(11 * MIB + 12345);
      const pending = await store.create({ extension: 'wav' });
      const sizes = [1, 44, 65_536, 5 * MIB + 1, 3, 1_000_000];
      const scratch = Buffer.alloc(6 * MIB);
      for (let at = 0, turn = 0; at < whole.length; turn += 1) {
        const piece = whole.subarray(at, at + sizes[turn % sizes.length]!);
        // The bytes are the caller's again: it writes over them at once.
        piece.copy(scratch);
        await pending.append(scratch.subarray(0, piece.length));
        scratch.fill(0);
        at += piece.length;
      }
      const head = Buffer.from('RIFF, now with its length');
      await pending.commit(head);
      head.copy(whole);
      assert.ok((await bytesOf(store, pending.name))!.equals(whole));
      const end = whole.length - 1;
      for (const [from, to] of [
        [0, 0],
        [end, end],
        [5 * MIB - 2, 5 * MIB + 2],
        [10 * MIB - 1, 10 * MIB],
        [7, end],
      ]) {
        const stored = (await store.open(pending.name))!;
        assert.equal(stored.size, whole.length);
        assert.ok((await buffer(stored.read(from!, to!))).equals(whole.subarray(from, to! + 1)), `${from} to ${to}`);
      }
    });

    test('an aborted result leaves nothing, short or long', async (t) => {
      const store = await opened(t);
      for (const length of [0, 1000, 11 * MIB]) {
        const pending = await store.create({ extension: 'mp3' });
        if (length > 0) await pending.append(new Uint8Array(length));
        await pending.abort();
        await pending.abort();
        assert.equal(await store.open(pending.name), undefined);
      }
      assert.deepEqual(await store.usage(), { results: 0, bytes: 0, heldResults: 0, heldBytes: 0, pendingBytes: 0 });
      assert.deepEqual((await store.sweep({ dryRun: true })).removals, []);
    });

    test('nothing but a name of ours is ever looked for', async (t) => {
      const store = await opened(t);
      const name = await write(store, Buffer.from('x'));
      const stem = name.slice(0, 32);
      const names = [
        '',
        '.',
        '..',
        '../x.wav',
        `../${name}`,
        `./${name}`,
        `${name}/`,
        `/${name}`,
        `${name}\0`,
        `${name}\n`,
      ];
      names.push(
        name.toUpperCase(),
        stem,
        `${stem}.`,
        `${stem}.w`,
        `${stem}.wav.hold`,
        `${stem}.wav.part`,
        `${stem}.Wav`,
      );
      names.push('writers/x', '%2e%2e', `x${name}`, `${name}?x`, `${name}#x`, 'é'.repeat(32), `${stem}.wäv`);
      for (const wrong of names) {
        assert.equal(await store.open(wrong), undefined, wrong);
        assert.equal(await store.remove(wrong), 'missing', wrong);
        assert.equal(await store.hold(wrong), false, wrong);
        assert.equal(await store.release(wrong), false, wrong);
      }
      assert.equal((await bytesOf(store, name))?.toString(), 'x');
    });

    test('results are listed, counted and removed', async (t) => {
      const store = await opened(t);
      const before = Date.now() - 5000;
      const [a, b] = [await write(store, new Uint8Array(10)), await write(store, new Uint8Array(20), 'srt')];
      const listed = await store.list();
      assert.deepEqual(
        listed.map(({ name, size, held }) => [name, size, held]).sort(),
        [
          [a, 10, false],
          [b, 20, false],
        ].sort(),
      );
      for (const { modified } of listed)
        assert.ok(modified.getTime() > before && modified.getTime() < Date.now() + 5000);
      assert.deepEqual(await store.usage(), { results: 2, bytes: 30, heldResults: 0, heldBytes: 0, pendingBytes: 0 });
      assert.equal(await store.remove(a), 'removed');
      assert.equal(await store.remove(a), 'missing');
      assert.equal(await store.open(a), undefined);
      assert.deepEqual(
        (await store.list()).map(({ name }) => name),
        [b],
      );
    });

    test('a held result is removed by nothing, until it is released', async (t) => {
      const here = await place(t);
      const store = await here.open({ keepBytes: 1000 });
      const held = await write(store, new Uint8Array(600));
      const other = await write(store, new Uint8Array(300));
      assert.equal(await store.hold(held), true);
      assert.equal(await store.hold(held), true);
      assert.equal(await store.hold(`${'0'.repeat(32)}.wav`), false);
      assert.equal(await store.remove(held), 'held');
      await write(store, new Uint8Array(300));
      assert.equal(await store.open(other), undefined, 'the younger one went in its place');
      assert.equal((await bytesOf(store, held))?.length, 600);
      assert.deepEqual((({ heldResults, heldBytes }) => [heldResults, heldBytes])(await store.usage()), [1, 600]);
      // What is held leaves no room for this, and it is refused rather than let past the limit.
      await assert.rejects(write(store, new Uint8Array(500)), { code: 'storage_full' });
      await store.close();

      const again = await here.open({ keepBytes: 100, keepHours: 0.000_000_1 });
      t.after(() => again.close());
      assert.equal((await bytesOf(again, held))?.length, 600, 'neither a restart nor its age takes it');
      assert.deepEqual(
        (await again.list()).map((entry) => entry.held),
        [true],
      );
      assert.equal(await again.release(held), true);
      await again.sweep();
      assert.equal(await again.open(held), undefined);
      assert.equal(await again.release(held), false);
      assert.deepEqual(await again.usage(), { results: 0, bytes: 0, heldResults: 0, heldBytes: 0, pendingBytes: 0 });
    });

    test('a dry run says what a sweep removes, how much and why, and removes nothing', async (t) => {
      const here = await place(t);
      const first = await here.open();
      const names: string[] = [];
      for (let i = 0; i < 5; i += 1) names.push(await write(first, new Uint8Array(100)));
      await first.hold(names[0]!);
      await first.close();
      const reasons = ({ removals }: SweepReport) => removals.map(({ bytes, reason }) => [bytes, reason]);
      const left = async (store: ResultStore) => (await store.list()).map(({ name }) => name).sort();

      const bySize = await here.open({ keepBytes: 350, upkeep: false });
      t.after(() => bySize.close());
      const planned = await bySize.sweep({ dryRun: true });
      // 500 bytes are trimmed to nine tenths of the limit.
      assert.deepEqual(reasons(planned), [
        [100, 'size'],
        [100, 'size'],
      ]);
      assert.deepEqual([planned.results, planned.bytes], [3, 300]);
      assert.deepEqual(await left(bySize), [...names].sort());
      assert.deepEqual(await bySize.sweep(), planned);
      const going = planned.removals.map(({ name }) => name);
      const staying = names.filter((name) => !going.includes(name)).sort();
      assert.deepEqual(await left(bySize), staying);
      assert.ok(staying.includes(names[0]!), 'the held one is not among them');

      await sleep(2500); // some stores know their ages to the second
      const byAge = await here.open({ keepHours: 1 / 3600, upkeep: false });
      t.after(() => byAge.close());
      assert.deepEqual(reasons(await byAge.sweep({ dryRun: true })), [
        [100, 'age'],
        [100, 'age'],
      ]);
      await byAge.sweep();
      assert.deepEqual(await left(byAge), [names[0]]);
    });

    test('the limit holds at every moment, with many writers at once, and readers get whole results', async (t) => {
      const limit = 400_000;
      const store = await opened(t, { keepBytes: limit });
      const made = new Map<string, Buffer>();
      let full = 0;
      let read = 0;
      let busy = true;
      const watch = (async () => {
        while (busy) {
          const { bytes, pendingBytes } = await store.usage();
          assert.ok(bytes <= limit, `${bytes}`);
          assert.ok(pendingBytes <= limit, `${pendingBytes}`);
          await sleep(20);
        }
      })();
      const readers = Array.from({ length: 4 }, async (_, seed) => {
        for (let turn = seed; busy; turn += 1) {
          const names = [...made.keys()];
          const name = names[names.length - 1 - (turn % 10)];
          const stored = name === undefined ? undefined : await store.open(name);
          if (stored !== undefined) {
            assert.ok((await buffer(stored.read(0, stored.size - 1))).equals(made.get(name!)!), 'whole or not at all');
            read += 1;
          }
          await sleep(2);
        }
      });
      const writers = Array.from({ length: 10 }, async (_, seed) => {
        for (let turn = 0; turn < 4; turn += 1) {
          const bytes = patterned(10_000 + ((seed * 7919 + turn * 104729) % 30_000), seed * 100 + turn);
          let pending: PendingResult | undefined;
          try {
            pending = await store.create({ extension: 'mp3' });
            for (let at = 0; at < bytes.length; at += 4096) await pending.append(bytes.subarray(at, at + 4096));
            made.set(pending.name, bytes);
            await pending.commit();
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'storage_full');
            full += 1;
          }
        }
      });
      await Promise.all(writers).finally(() => {
        busy = false;
      });
      await Promise.all([watch, ...readers]);
      const { bytes, pendingBytes } = await store.usage();
      assert.ok(bytes <= limit && bytes > limit / 3, `${bytes}`);
      assert.equal(pendingBytes, 0);
      assert.ok(read > 0 && full < 20, `${read} read, ${full} refused`);
    });

    test('a result that is being read is not cut short by its removal', async (t) => {
      const store = await opened(t, { keepBytes: 12 * MIB });
      const bytes = patterned(11 * MIB);
      const name = await write(store, bytes);
      const stored = (await store.open(name))!;
      const stream = stored.read(0, stored.size - 1);
      const received: Buffer[] = [];
      for await (const chunk of stream) {
        if (received.length === 0) {
          // Refused or let in, whichever: it asks for the room that the other takes.
          await write(store, new Uint8Array(3 * MIB)).catch((error: { code?: string }) =>
            assert.equal(error.code, 'storage_full'),
          );
          await store.sweep();
        }
        received.push(chunk as Buffer);
      }
      assert.ok(Buffer.concat(received).equals(bytes));
      await write(store, new Uint8Array(3 * MIB));
      assert.equal(await store.open(name), undefined, 'and goes when nobody reads it');
    });

    for (const expectedBytes of [undefined, 5000]) {
      const known = expectedBytes === undefined ? 'not known' : 'known';
      test(`a result larger than the limit stays, whoever sweeps and writes, its size ${known} before`, async (t) => {
        const here = await place(t);
        const [store, other] = [await here.open({ keepBytes: 1000 }), await here.open({ keepBytes: 1000 })];
        t.after(() => Promise.all([store.close(), other.close()]));
        const before = await write(store, new Uint8Array(300));
        await sleep(1_000); // S3 servers tell times in seconds: of the same one neither is the older
        const pending = await store.create({ extension: 'wav', ...(expectedBytes && { expectedBytes }) });
        for (let i = 0; i < 10; i += 1) await pending.append(new Uint8Array(500));
        assert.equal((await store.usage()).pendingBytes, 5000);
        const meanwhile = await write(store, new Uint8Array(300));
        await pending.commit();
        for (const sweeper of [store, other]) {
          await sweeper.sweep();
          await write(sweeper, new Uint8Array(300));
          await sweeper.sweep();
        }
        assert.equal((await bytesOf(store, pending.name))?.length, 5000);
        assert.equal((await bytesOf(store, before)) !== undefined, false, 'the oldest of the others goes');
        assert.equal((await bytesOf(store, meanwhile))?.length, 300);
        assert.equal((await store.usage()).pendingBytes, 0);
      });
    }

    test('a large result makes no room that it does not need', async (t) => {
      const store = await opened(t, { keepBytes: 1000 });
      const before = await write(store, new Uint8Array(900));
      const pending = await store.create({ extension: 'wav', expectedBytes: 5000 });
      for (let i = 0; i < 10; i += 1) await pending.append(new Uint8Array(500));
      await pending.abort();
      assert.equal((await bytesOf(store, before))?.length, 900);
      assert.equal((await store.usage()).pendingBytes, 0);
      await write(store, new Uint8Array(900));
      assert.equal(await store.open(before), undefined, 'and the limit is as it was');
    });
  });
}
