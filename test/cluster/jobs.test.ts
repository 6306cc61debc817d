import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../until.ts';
import { ask, startProcesses } from './started.ts';

const text = Array.from({ length: 25 }, (_, index) => `第${index}句话，今天天气真好。`).join('');

/** The processes have better things to do than to say how far they are. */
const LOOK_EVERY_MS = 50;

interface Job {
  readonly task_id: string;
  readonly state: string;
  readonly sentences: { readonly done: number; readonly total: number | null };
}

describe('jobs of several processes in one folder', () => {
  it('are known to all, and go on when the process that does them is killed', async (t) => {
    const started = await startProcesses(2, { LANGDU_JOB_LEASE: '1' });
    t.after(() => started.end());
    const { url, pidOf } = started;
    const undisturbed = await audioOf(url, text, async () => undefined);
    const disturbed = await audioOf(url, text, async (job) => {
      for (const number of [1, 2]) {
        const pid = pidOf(number);
        const { done } = (await look(url, job)).sentences;
        process.kill(pid, 'SIGKILL');
        await until(() => pidOf(number) !== pid, 'the replacement is ready', 30_000);
        await until(
          async () => {
            const { state, sentences } = await look(url, job);
            return state === 'done' || sentences.done > done;
          },
          'the job goes on',
          30_000,
          LOOK_EVERY_MS,
        );
      }
    });
    assert.ok(disturbed.equals(undisturbed), 'the same audio');
  });
});

async function audioOf(url: string, spoken: string, disturb: (id: string) => Promise<void>): Promise<Buffer> {
  const accepted = await ask(`${url}/api/jobs`, { text: spoken });
  assert.equal(accepted.status, 202);
  const { task_id: id } = (await accepted.json()) as Job;
  await disturb(id);
  await until(async () => (await look(url, id)).state === 'done', 'the job is done', 40_000, LOOK_EVERY_MS);
  return Buffer.from(await (await ask(`${url}/api/jobs/${id}/audio`)).arrayBuffer());
}

async function look(url: string, id: string): Promise<Job> {
  const answer = await ask(`${url}/api/jobs/${id}`);
  assert.equal(answer.status, 200);
  return (await answer.json()) as Job;
}
