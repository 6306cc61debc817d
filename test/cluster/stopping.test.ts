import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { until } from '../until.ts';
import { alive, refused, startProcesses } from './started.ts';

describe('several processes', () => {
  it('are killed where they do not stop, and the exit code says so', async (t) => {
    const started = await startProcesses(2, { LANGDU_STOP_SECONDS: '0' });
    t.after(() => started.end());
    const pid = started.pidOf(2);
    process.kill(pid, 'SIGSTOP');
    started.primary.kill('SIGTERM');
    const [code] = await once(started.primary, 'exit');
    assert.equal(code, 1);
    assert.equal(alive(pid), false);
  });

  it('end with the primary when that is killed', async (t) => {
    const started = await startProcesses(2);
    t.after(() => started.end());
    const pids = [started.pidOf(1), started.pidOf(2)];
    started.primary.kill('SIGKILL');
    await until(() => pids.every((pid) => !alive(pid)), 'no process is left');
  });
});

describe('a start of several processes', () => {
  const nonsense = [
    [{ PORT: '0' }, /LANGDU_PROCESSES=2 with PORT=0 \(several processes share one port: name it\)/],
    [{ LANGDU_WORKERS: '1' }, /LANGDU_PROCESSES=2 with LANGDU_WORKERS=1 \(each process needs a worker of its own\)/],
    [{ PORT: '5999', LANGDU_METRICS_PORT: '5999' }, /LANGDU_METRICS_PORT=5999 with PORT=5999/],
  ] as const;
  for (const [env, says] of nonsense) {
    it(`refuses ${JSON.stringify(env)}`, async () => {
      const { code, stderr } = await refused({ LANGDU_PROCESSES: '2', ...env });
      assert.match(stderr, says);
      assert.equal(code, 2);
    });
  }

  it('says once what keeps every process from starting, and ends with its code', async () => {
    const voices = mkdtempSync(join(tmpdir(), 'langdu-no-voices-'));
    const { code, stderr } = await refused({ LANGDU_PROCESSES: '3', LANGDU_WORKERS: '3', LANGDU_VOICES: voices });
    rmSync(voices, { recursive: true });
    assert.equal(code, 2);
    assert.equal(stderr.match(/config_invalid/g)?.length, 1);
  });
});
