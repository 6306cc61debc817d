import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeFile } from '../audio/ffmpeg.ts';
import { startReal } from './real-server.ts';

const FORMATS = ['wav', 'mp3', 'flac', 'opus'] as const;
const WRITERS = 6;
const READERS = 4;
const RESULTS = 36;
/** A wav of the text below has some 170 kB: these results fill the place six times over. */
const LIMIT = 500_000;
const TEXT = '今天天气不错，我们一起去公园散步，路边的花都开了。';

interface Made {
  readonly url: string;
  readonly format: (typeof FORMATS)[number];
  /** As the job says, of the finished audio. */
  readonly seconds: number;
  readonly bytes: number;
  /** What was heard first, decoded; whoever hears it again hears the same. */
  heard?: Buffer;
}

interface Report {
  readonly made: readonly Made[];
  readonly peak: number;
  readonly whole: number;
  readonly gone: number;
  /** Jobs that were begun. */
  readonly begun: number;
}

/** Jobs of all formats as fast as they are made, and readers who fetch and decode whatever is there, quickly and slowly. */
async function fill(t: TestContext, output: string, env: Record<string, string>): Promise<Report> {
  const jobs = await mkdtemp(join(tmpdir(), 'langdu-quota-'));
  t.after(() => rm(jobs, { recursive: true, force: true }));
  const { url } = await startReal(t, {
    LANGDU_OUTPUT: output,
    LANGDU_JOBS: jobs,
    LANGDU_CACHE_DISK_BYTES: '0',
    ...env,
  });
  const made: Made[] = [];
  const counted = { peak: 0, whole: 0, gone: 0, begun: 0 };
  let busy = true;
  const watching = (async () => {
    while (busy) {
      // A look is no moment: what went and what came while it was taken are both in it. So a peak is what two in a row saw.
      counted.peak = Math.max(counted.peak, Math.min(bytesIn(output), bytesIn(output)));
      await delay(10);
    }
  })();
  const readers = Array.from({ length: READERS }, async (_, seed) => {
    for (let turn = seed; busy; turn += 1) {
      // The newest, the oldest that may still be there, and one in between.
      const one = made.at(-1 - ((turn * turn) % Math.max(1, made.length)));
      await delay(20);
      if (one !== undefined) counted[await heard(url, one, seed === 0 ? 3 : 0)] += 1;
    }
  });
  const writers = Array.from({ length: WRITERS }, async () => {
    // On a fast machine until the readers have read as much as on a slow one.
    while (counted.begun < RESULTS || (counted.whole <= RESULTS && counted.begun < 10 * RESULTS)) {
      counted.begun += 1;
      made.push(await makeOne(url, counted.begun));
    }
  });
  try {
    await Promise.all(writers);
  } finally {
    busy = false;
    await Promise.all([watching, ...readers]);
  }
  // In the end as well: whatever is left is whole.
  for (const one of made) counted[await heard(url, one, 0)] += 1;
  assert.deepEqual(
    (await readdir(output)).filter((name) => name.includes('.part')),
    [],
  );
  return { made, ...counted };
}

async function makeOne(url: string, number: number): Promise<Made> {
  const format = FORMATS[number % FORMATS.length]!;
  const body = JSON.stringify({ text: `第${number}件。${TEXT}`, format });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/jobs`, { method: 'POST', headers, body });
  assert.equal(answer.status, 202);
  const { task_id: id } = (await answer.json()) as { task_id: string };
  for (;;) {
    const job = (await (await fetch(`${url}/api/jobs/${id}`)).json()) as Record<string, unknown>;
    if (job.state === 'done') {
      const { duration, bytes } = job as { duration: number; bytes: number };
      return { url: `/api/jobs/${id}/audio`, format, seconds: duration, bytes };
    }
    assert.ok(job.state === 'queued' || job.state === 'running', JSON.stringify(job));
    await delay(50);
  }
}

/** Whole, decoded, as long as its job says; or not there at all, and said so. `pause` is between pieces, in ms. */
async function heard(server: string, made: Made, pause: number): Promise<'whole' | 'gone'> {
  const { url, format, seconds, bytes } = made;
  const response = await fetch(`${server}${url}`);
  if (response.status !== 200) {
    const { code } = (await response.json()) as { code: string };
    assert.deepEqual([response.status, code], [404, 'audio_not_found']);
    return 'gone';
  }
  const parts: Uint8Array[] = [];
  for await (const part of response.body!) {
    parts.push(part);
    if (pause > 0) await delay(pause);
  }
  const whole = Buffer.concat(parts);
  assert.deepEqual([whole.length, response.headers.get('content-length')], [bytes, String(bytes)], format);
  if (made.heard !== undefined) {
    assert.ok(whole.equals(made.heard), 'the same again');
    return 'whole';
  }
  made.heard = whole;
  const samples = decodeFile(whole, format === 'opus' ? 'ogg' : format);
  const rate = format === 'opus' ? 48_000 : 16_000;
  assert.ok(Math.abs(samples.length / rate - seconds) < 0.15, `${format}: ${samples.length / rate} s of ${seconds}`);
  return 'whole';
}

/** By inode: a file that is renamed meanwhile may be met under both names. */
function bytesIn(folder: string): number {
  const sizes = new Map<number, number>();
  for (const file of readdirSync(folder)) {
    const stats = statSync(join(folder, file), { throwIfNoEntry: false });
    if (stats !== undefined) sizes.set(stats.ino, stats.size);
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function check(t: TestContext, { made, peak, whole, gone, begun }: Report): void {
  const written = made.reduce((sum, { bytes }) => sum + bytes, 0);
  t.diagnostic(
    `${made.length} results, ${written} bytes; ${peak} at most at a time, limit ${LIMIT}; ${whole} read whole, ${gone} gone`,
  );
  assert.equal(made.length, begun, 'every job was done');
  assert.ok(written > 3 * LIMIT, `${written} bytes never filled ${LIMIT}`);
  assert.ok(peak > LIMIT / 2, `${peak} of ${LIMIT}`);
  assert.ok(whole > RESULTS && gone > 0, `${whole} read whole, ${gone} gone`);
}

test('results stay under their limit while jobs fill it, and what is served is whole', async (t) => {
  const output = await mkdtemp(join(tmpdir(), 'langdu-quota-'));
  t.after(() => rm(output, { recursive: true, force: true }));
  const report = await fill(t, output, { LANGDU_KEEP_BYTES: String(LIMIT) });
  check(t, report);
  assert.ok(report.peak <= LIMIT, `${report.peak}`);
});

test('a disk that is full before the limit costs old results and no job', {
  skip: process.getuid?.() !== 0 && 'mounts a disk: needs root',
}, async (t) => {
  const output = await mkdtemp(join(tmpdir(), 'langdu-quota-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${LIMIT},mode=0700`, 'tmpfs', output]);
  t.after(() => {
    execFileSync('umount', ['--lazy', output]);
    return rm(output, { recursive: true });
  });
  check(t, await fill(t, output, { LANGDU_KEEP_BYTES: '1G' }));
});
