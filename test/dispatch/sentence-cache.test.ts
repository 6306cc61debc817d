import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, suite, test } from 'node:test';
import { Flight } from '../../src/dispatch/flight.ts';
import { type CachedSentence, type MadeSentence, SentenceCache } from '../../src/dispatch/sentence-cache.ts';
import { SentenceDisk } from '../../src/dispatch/sentence-disk.ts';
import type { Log } from '../../src/log.ts';
import type { UtterancePiece } from '../../src/voice/utterance.ts';
import { temporaryFolder } from '../golden-data.ts';

const warnings: string[] = [];
const log = { warn: (_: unknown, text: string) => warnings.push(text) } as unknown as Log;

/** `seconds` of a ramp that is like no other's. */
function sentence(seed: number, samples = 16_000): CachedSentence {
  return {
    samples: Float32Array.from({ length: samples }, (_, index) => Math.sin(seed + index / 100)),
    durations: Int32Array.of(seed, 2, 3),
  };
}

/** As a worker made it. */
function made({ samples, durations }: CachedSentence): MadeSentence {
  return { pieces: [samples.subarray(0, 5_000), samples.subarray(5_000, 9_000), samples.subarray(9_000)], durations };
}

const key = (index: number) => `k${String(index).padStart(6, '0')}`;

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => join(folder, name));
}

suite('the sentence cache', () => {
  test('in memory: bounded by bytes, the least recently used first out', () => {
    const cache = new SentenceCache(200_000);
    for (const index of [0, 1, 2]) cache.put(key(index), made(sentence(index)));
    assert.deepEqual(cache.get(key(0)), sentence(0));
    cache.put(key(3), made(sentence(3)));
    assert.equal(cache.get(key(1)), undefined);
    assert.ok(cache.get(key(0)) && cache.get(key(2)) && cache.get(key(3)));
    assert.ok(cache.bytes <= 200_000);
    cache.put(key(4), made(sentence(4, 100_000)));
    assert.equal(cache.get(key(4)), undefined, 'what is larger than all of it');
    const none = new SentenceCache(0);
    none.put(key(0), made(sentence(0)));
    assert.equal(none.get(key(0)), undefined);
  });

  test('on disk: what was asked for again survives a restart, and nothing else', async () => {
    const folder = join(temporaryFolder(), 'cache');
    const cache = new SentenceCache(1e9, new SentenceDisk({ folder, limit: 1e9, log }));
    cache.put(key(1), made(sentence(1)));
    cache.put(key(2), made(sentence(2)));
    cache.put(key(3), made(sentence(3)), true);
    cache.get(key(2));
    cache.get(key(2));
    await cache.settled();
    assert.equal(files(folder).length, 2);
    const again = new SentenceCache(1e9, new SentenceDisk({ folder, limit: 1e9, log }));
    assert.equal(again.get(key(2)), undefined);
    assert.deepEqual(await again.load(key(2)), sentence(2));
    assert.deepEqual(again.get(key(2)), sentence(2));
    assert.deepEqual(await again.load(key(3)), sentence(3));
    assert.equal(await again.load(key(1)), undefined);
    await again.settled();
    assert.equal(statSync(files(folder)[0]!).mode & 0o077, 0, 'for this user only');
  });

  test('what is damaged is not there, and goes', async () => {
    const folder = join(temporaryFolder(), 'cache');
    const disk = new SentenceDisk({ folder, limit: 1e9, log });
    for (let index = 0; index < 4; index += 1) disk.keep(key(index), sentence(index));
    await disk.settled();
    const [cut, flipped, emptied] = files(folder) as [string, string, string];
    truncateSync(cut, 1000);
    const bytes = readFileSync(flipped);
    bytes[5000]! ^= 1;
    writeFileSync(flipped, bytes);
    writeFileSync(emptied, '');
    const found = await Promise.all([0, 1, 2, 3].map((index) => disk.read(key(index))));
    assert.equal(found.filter((each) => each !== undefined).length, 1);
    assert.equal(files(folder).length, 1);
    assert.ok(warnings.some((each) => each.includes('damaged')));
  });

  test('the disk is bounded: the least recently read go', async () => {
    const folder = join(temporaryFolder(), 'cache');
    const one = 16_000 * 4 + 56;
    const disk = new SentenceDisk({ folder, limit: 10 * one, log });
    for (let index = 0; index < 10; index += 1) {
      disk.keep(key(index), sentence(index));
      await disk.settled();
    }
    // Written one after the other, long ago.
    for (const file of files(folder)) {
      const written = 1_000_000 + Number(basename(file, '.sentence').slice(1));
      utimesSync(file, written, written);
    }
    await disk.read(key(0));
    disk.keep(key(10), sentence(10));
    await disk.settled();
    const held = files(folder).reduce((sum, file) => sum + statSync(file).size, 0);
    assert.ok(held <= 10 * one, `${held}`);
    assert.ok((await disk.read(key(0))) && (await disk.read(key(10))));
    assert.equal(await disk.read(key(1)), undefined);
  });

  test('what is asked for again and again is not trimmed, though memory has it, and a restart finds it', async (t) => {
    const folder = join(temporaryFolder(), 'cache');
    const one = 16_000 * 4 + 56;
    t.mock.timers.enable({ apis: ['Date'], now: 1_000_000_000_000 });
    const cache = new SentenceCache(1e9, new SentenceDisk({ folder, limit: 10 * one, log }));
    cache.put(key(0), made(sentence(0)), true);
    await cache.settled();
    const hot = files(folder)[0]!;
    const set = () => statSync(hot).mtimeMs;
    utimesSync(hot, 1, 1);
    t.mock.timers.tick(30_000);
    cache.get(key(0));
    await cache.settled();
    assert.equal(set(), 1000, 'not at every hit');
    t.mock.timers.tick(31_000);
    for (let hits = 0; hits < 100; hits += 1) cache.get(key(0));
    await cache.settled();
    assert.equal(set(), 1_000_000_061_000, 'other processes see that it is used');
    for (let index = 1; index < 30; index += 1) {
      t.mock.timers.tick(1000);
      cache.put(key(index), made(sentence(index)), true);
      await cache.settled();
      for (const file of files(folder)) if (file !== hot) utimesSync(file, Date.now() / 1000, Date.now() / 1000);
      t.mock.timers.tick(1000);
      cache.get(key(0));
    }
    const again = new SentenceCache(1e9, new SentenceDisk({ folder, limit: 10 * one, log }));
    assert.ok(await again.load(key(0)), 'the hottest');
    assert.ok(await again.load(key(29)), 'the newest');
    assert.equal(await again.load(key(1)), undefined);
  });

  test('what was trimmed, or taken away by another process, is written again when it is asked for again', async (t) => {
    const folder = join(temporaryFolder(), 'cache');
    const one = 16_000 * 4 + 56;
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
    const cache = new SentenceCache(1e9, new SentenceDisk({ folder, limit: 4 * one, log }));
    const there = (index: number) => files(folder).some((file) => file.includes(key(index)));
    for (let index = 0; index < 6; index += 1) {
      cache.put(key(index), made(sentence(index)), true);
      await cache.settled();
      t.mock.timers.tick(1000);
    }
    assert.equal(there(0), false);
    cache.get(key(0));
    await cache.settled();
    assert.equal(there(0), true);
    rmSync(files(folder).find((file) => file.includes(key(0)))!);
    t.mock.timers.tick(61_000);
    for (let hits = 0; hits < 2; hits += 1) {
      cache.get(key(0));
      await cache.settled();
    }
    assert.equal(there(0), true);
  });

  test('the disk is bounded with several processes, too: each counts what the others wrote', async () => {
    const folder = join(temporaryFolder(), 'cache');
    const one = 4_000 * 4 + 56;
    const limit = 64 * one;
    const writers = Array.from({ length: 3 }, () => new SentenceDisk({ folder, limit, log }));
    for (let index = 0; index < 180; index += 1) {
      const writer = writers[index % writers.length]!;
      writer.keep(key(index), sentence(index, 4_000));
      await writer.settled();
    }
    const held = files(folder).reduce((sum, file) => sum + statSync(file).size, 0);
    assert.ok(held <= limit * (1 + writers.length / 16), `${held / one} sentences where 64 may be`);
  });

  test('a full disk, and one that cannot be written, cost the cache and nothing else, until they are mended', async (t) => {
    const small = mkdtempSync(join(tmpdir(), 'langdu-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]);
    after(() => execFileSync('umount', [small]));
    warnings.length = 0;
    const full = new SentenceDisk({ folder: join(small, 'cache'), limit: 1e9, log });
    for (let index = 0; index < 20; index += 1) full.keep(key(index), sentence(index));
    await full.settled();
    assert.deepEqual(await full.read(key(0)), sentence(0));
    assert.equal(await full.read(key(19)), undefined);
    assert.equal(files(small).filter((file) => file.endsWith('.part')).length, 0);
    assert.equal(warnings.length, 1, 'said once, not for every sentence');

    const frozen = mkdtempSync(join(tmpdir(), 'langdu-frozen-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', frozen]);
    after(() => execFileSync('umount', [frozen]));
    let unwritten = 0;
    const onUnwritten = () => {
      unwritten += 1;
    };
    const disk = new SentenceDisk({ folder: join(frozen, 'cache'), limit: 1e9, log, onUnwritten });
    const cache = new SentenceCache(1e9, disk);
    cache.put(key(1), made(sentence(1)), true);
    await cache.settled();
    assert.deepEqual(cache.get(key(1)), sentence(1));
    // Repaired, it is tried again after its rest, and what is still asked for gets there.
    execFileSync('mount', ['-o', 'remount,rw', frozen]);
    cache.get(key(1));
    await cache.settled();
    assert.equal(files(frozen).length, 0, 'left alone for a minute');
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
    cache.get(key(1));
    await cache.settled();
    assert.equal(files(frozen).length, 1);
    assert.equal(unwritten, 3, 'each time it was not written was said');
  });

  test('halves that a crash left behind go when they are old', async () => {
    const folder = join(temporaryFolder(), 'cache');
    mkdirSync(join(folder, 'k0'), { recursive: true });
    const left = join(folder, 'k0', `${key(0)}.sentence.abcd.part`);
    writeFileSync(left, 'half');
    execFileSync('touch', ['-d', '10 minutes ago', left]);
    writeFileSync(join(folder, 'k0', `${key(1)}.sentence.abcd.part`), 'being written');
    const disk = new SentenceDisk({ folder, limit: 1e9, log });
    await disk.settled();
    assert.equal(files(folder).length, 1);
  });
});

suite('a flight', () => {
  const piece = (value: number, last = false): UtterancePiece => ({ samples: Float32Array.of(value), last, done: 0 });
  const hear = async (pieces: AsyncIterable<UtterancePiece>) => {
    const heard: number[] = [];
    for await (const { samples } of pieces) heard.push(samples[0]!);
    return heard;
  };

  test('everybody hears every piece, however late he joins', async () => {
    const flight = new Flight(() => assert.fail('nobody left'));
    const early = hear(flight.join().pieces);
    flight.push(piece(1));
    await new Promise(setImmediate);
    const late = hear(flight.join().pieces);
    flight.push(piece(2, true));
    flight.end();
    const after = hear(flight.join().pieces);
    assert.deepEqual(await Promise.all([early, late, after]), [
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  test('ends its work when the last reader leaves, not before, and not after its end', () => {
    let deserted = 0;
    const flight = new Flight(() => {
      deserted += 1;
    });
    const [a, b] = [flight.join(), flight.join()];
    a.leave();
    a.leave();
    assert.equal(deserted, 0);
    b.leave();
    assert.equal(deserted, 1);
    const whole = new Flight(() => assert.fail('it was done'));
    const reader = whole.join();
    whole.end();
    reader.leave();
  });

  test('an error reaches every reader, behind the pieces there were', async () => {
    const flight = new Flight(() => undefined);
    flight.push(piece(1));
    const heard: number[] = [];
    const reading = (async () => {
      for await (const { samples } of flight.join().pieces) heard.push(samples[0]!);
    })();
    flight.end(new Error('lost'));
    await assert.rejects(reading, /lost/);
    assert.deepEqual(heard, [1]);
  });
});
