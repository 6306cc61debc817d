import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, it } from 'node:test';
import { BackOff } from '../../src/cluster/back-off.ts';
import { shareOf } from '../../src/cluster/share.ts';
import { resolveSettings } from '../../src/config/settings.ts';
import { aggregate, counts, textOf } from '../../src/metrics/aggregate.ts';
import { createMetrics } from '../../src/metrics.ts';

describe('BackOff', () => {
  it('doubles up to half a minute, and begins anew after a long life', () => {
    const backOff = new BackOff();
    const waits = Array.from({ length: 9 }, () => backOff.next(2_000));
    assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    assert.equal(backOff.next(60_000), 250);
  });
});

describe('shareOf', () => {
  it('divides workers and memory so that nothing is lost and nobody has none', () => {
    const resolved = resolveSettings({ flags: { processes: '3', workers: '8', cacheBytes: '300M' } });
    const shares = [1, 2, 3].map((number) => shareOf(resolved, number));
    assert.deepEqual(
      shares.map(({ workers }) => workers),
      [3, 3, 2],
    );
    assert.deepEqual(
      shares.map(({ cacheBytes }) => cacheBytes / 1024 ** 2),
      [100, 100, 100],
    );
  });

  it('has a worker for every process and every core, where nobody says how many', () => {
    const resolved = resolveSettings({ flags: { processes: '5' } });
    const workers = [1, 2, 3, 4, 5].map((number) => shareOf(resolved, number).workers);
    assert.equal(
      workers.reduce((sum, each) => sum + each),
      Math.max(5, availableParallelism()),
    );
    assert.ok(Math.min(...workers) >= 1);
  });
});

describe('metrics of several processes', () => {
  it('are summed, but for those that each process has the whole of', async (t) => {
    const two = [createMetrics(), createMetrics()] as const;
    t.after(() => {
      for (const one of two) one.close();
    });
    two[0].cache.inc({ outcome: 'hit' }, 3);
    two[1].cache.inc({ outcome: 'hit' }, 4);
    two.forEach((one, index) => {
      one.jobs.set({ state: 'queued' }, 7);
      one.ready.set(index);
      one.queueSeconds.observe({ lane: 'batch' }, 0.02);
    });
    const text = await textOf(await aggregate(await Promise.all(two.map((one) => one.snapshot()))));
    assert.match(text, /^langdu_cache_total\{outcome="hit"\} 7$/m);
    assert.match(text, /^langdu_jobs\{state="queued"\} 7$/m);
    assert.match(text, /^langdu_ready 0$/m);
    assert.match(text, /^langdu_queue_seconds_bucket\{le="0.025",lane="batch"\} 2$/m);
    assert.match(text, /^langdu_queue_seconds_count\{lane="batch"\} 2$/m);
  });

  it('keep the counts of a process that is no more, and not its gauges', async (t) => {
    const one = createMetrics();
    t.after(() => one.close());
    one.cache.inc({ outcome: 'miss' }, 2);
    one.workers.set(4);
    one.queueSeconds.observe({ lane: 'batch' }, 0.02);
    let left = await counts([[], await one.snapshot()]);
    left = await counts([left, await one.snapshot()]);
    const text = await textOf(await aggregate([left]));
    assert.match(text, /^langdu_cache_total\{outcome="miss"\} 4$/m);
    assert.match(text, /^langdu_queue_seconds_count\{lane="batch"\} 2$/m);
    assert.doesNotMatch(text, /^langdu_workers /m);
  });
});
