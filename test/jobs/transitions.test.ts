import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { LangduError } from '../../src/errors.ts';
import { type Job, type JobState, jobStates, nothingDone } from '../../src/jobs/job.ts';
import { placementOf } from '../../src/jobs/placement.ts';
import * as life from '../../src/jobs/transitions.ts';
import { jobOf } from './contract.ts';

const NOW = 1_000_000;
const TRIES = 3;
const TOKEN = 'mine';
const audio = { name: `${'0'.repeat(32)}.wav`, seconds: 1, bytes: 44, sampleRate: 16000 };
const failure = new LangduError('storage_failed');

const events: Readonly<Record<life.JobEvent, (job: Job) => Job | undefined>> = {
  claim: (job) => life.claim(job, 'new', TRIES, NOW),
  checkpoint: (job) => life.checkpoint(job, TOKEN, { ...nothingDone, records: 1 }),
  turn_over: (job) => life.turnOver(job, TOKEN),
  postpone: (job) => life.postpone(job, TOKEN, NOW, 5),
  retry: (job) => life.retry(job, TOKEN, failure, TRIES, NOW),
  finish: (job) => life.finish(job, TOKEN, audio, NOW),
  fail: (job) => life.fail(job, TOKEN, failure, NOW),
  cancel: (job) => life.cancel(job, NOW),
  expire: (job) => life.expire(job, NOW),
};

function inState(state: JobState, failures = 0): Job {
  const job = { ...jobOf('a'), failures, state };
  if (state === 'running') return { ...job, token: TOKEN, startedAt: 5 };
  return state === 'queued' ? job : { ...job, endedAt: 7 };
}

suite('the life of a job', () => {
  for (const event of Object.keys(events) as life.JobEvent[]) {
    for (const state of jobStates) {
      const expected = life.table[event][state] ?? [];
      test(`${event} of a job that is ${state}: ${expected.join(' or ') || 'nothing'}`, () => {
        const reached = [0, TRIES - 1].map((failures) => events[event](inState(state, failures))?.state);
        assert.deepEqual([...new Set(reached.filter((each) => each !== undefined))].sort(), [...expected].sort());
        if (expected.length === 0) assert.deepEqual(reached, [undefined, undefined]);
      });
    }
  }

  test('only the holder of the token changes a running job', () => {
    const job = inState('running');
    assert.equal(life.checkpoint(job, 'other', nothingDone), undefined);
    assert.equal(life.note(job, 'other', { total: 3 }), undefined);
    assert.equal(life.turnOver(job, 'other'), undefined);
    assert.equal(life.postpone(job, 'other', NOW), undefined);
    assert.equal(life.retry(job, 'other', failure, TRIES, NOW), undefined);
    assert.equal(life.finish(job, 'other', audio, NOW), undefined);
    assert.equal(life.fail(job, 'other', failure, NOW), undefined);
  });

  test('a sentence that is made forgives what failed before', () => {
    assert.equal(life.checkpoint(inState('running', 2), TOKEN, nothingDone)?.failures, 0);
    assert.equal(life.turnOver(inState('running', 2), TOKEN)?.failures, 2);
  });

  test('a refusal for now is no failure, and says when to come back', () => {
    const job = life.postpone(inState('running', 1), TOKEN, NOW, 5);
    assert.deepEqual([job?.failures, job?.notBefore, job?.token], [1, NOW + 5000, undefined]);
  });

  test('what is away is asked for again in a minute at most, and a sentence forgives', () => {
    const waits = [0, 1, 2, 3, 4, 100].map((postponed) => {
      const job = life.postpone({ ...inState('running'), postponed }, TOKEN, NOW);
      assert.deepEqual([job?.postponed, job?.failures], [postponed + 1, 0]);
      return job!.notBefore! - NOW;
    });
    assert.deepEqual(waits, [1000, 4000, 16000, 60000, 60000, 60000]);
    const made = life.checkpoint({ ...inState('running'), postponed: 7 }, TOKEN, nothingDone);
    assert.equal('postponed' in made!, false);
  });

  test('waits longer after every failure, five minutes at most', () => {
    assert.deepEqual([1, 2, 3, 4, 5, 6, 50].map(life.retryDelay), [1000, 4000, 16000, 64000, 256000, 300000, 300000]);
  });

  test('says why a job was given up', () => {
    const lost = life.claim(inState('running', TRIES - 1), 'new', TRIES, NOW);
    assert.deepEqual(lost?.error, { code: 'job_poisonous', params: { failures: TRIES, reason: 'lost' } });
    const failed = life.retry(inState('running', TRIES - 1), TOKEN, failure, TRIES, NOW);
    assert.equal(failed?.error?.params.reason, 'storage_failed');
  });

  test('an end is told once there is somebody to tell', () => {
    const callback = { url: 'https://x.example', state: 'waiting' as const, attempts: [] };
    assert.equal(life.finish({ ...inState('running'), callback }, TOKEN, audio, NOW)?.callback?.dueAt, NOW);
    assert.equal(life.turnOver({ ...inState('running'), callback }, TOKEN)?.callback?.dueAt, undefined);
  });

  const told = (dueAt?: number): Job => ({
    ...inState('done'),
    callback: { url: 'https://x.example', state: 'waiting', attempts: [], ...(dueAt === undefined ? {} : { dueAt }) },
  });

  test('a callback is claimed once', () => {
    const claimed = life.callbackClaimed(told(NOW), NOW, NOW + 30);
    assert.equal(claimed?.callback?.dueAt, NOW + 30);
    assert.equal(life.callbackClaimed(claimed!, NOW, NOW + 40), undefined, 'somebody was faster');
    assert.equal(life.callbackClaimed(told(), NOW, NOW + 40), undefined);
    assert.equal(life.callbackClaimed(inState('done'), NOW, NOW + 40), undefined);
  });

  test('a try of a callback is recorded, and leads to its end or to another', () => {
    const attempt = { at: NOW, outcome: '500' };
    const again = life.callbackTried(told(NOW), attempt, false, NOW + 9);
    assert.deepEqual(again?.callback, { ...told(NOW + 9).callback, attempts: [attempt] });
    const second = { at: NOW + 9, outcome: '200' };
    const delivered = life.callbackTried(again!, second, true, NOW + 99)?.callback;
    assert.deepEqual(delivered, { ...told().callback, state: 'delivered', attempts: [attempt, second] });
    assert.equal(life.callbackTried(told(NOW), attempt, false)?.callback?.state, 'given_up');
    assert.equal(life.callbackTried({ ...told(), callback: delivered! }, attempt, false, NOW), undefined, 'it is over');
    assert.equal(life.callbackTried(inState('done'), attempt, true), undefined);
  });

  test('what cannot be tended is looked at later, and its end at once', () => {
    const job = life.tendLater({ ...inState('queued'), expiresAt: NOW }, NOW + 60);
    assert.deepEqual([placementOf(job, 0).wakeAt, placementOf(job, 0).readyAt], [NOW + 60, 0]);
    assert.equal(placementOf(life.tendLater(told(NOW), NOW + 60), 0).wakeAt, NOW + 60);
    assert.equal(placementOf(life.tendLater(inState('done'), NOW + 60), 0).wakeAt, undefined);
    assert.equal(placementOf(life.expire(job, NOW)!, 5).wakeAt, NOW + 5);
  });

  test('docs/jobs.md has the same table', () => {
    const document = readFileSync(join(packageRoot, 'docs', 'jobs.md'), 'utf8');
    const rows = Object.entries(life.table).map(([event, from]) => {
      const cells = jobStates
        .slice(0, 2)
        .map((state) => (from[state] ?? []).map((to) => `\`${to}\``).join(' or ') || '—');
      return `| \`${event}\` | ${cells.join(' | ')} |`;
    });
    for (const row of rows) assert.ok(document.includes(row), row);
  });
});
