import assert from 'node:assert/strict';
import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectInLulls } from '../../src/cli/collect.ts';
import { until } from '../until.ts';

const MB = 2 ** 20;

/** Collections that somebody asked for. */
function askedFor(): () => number {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { flags = 0 } = (entry as PerformanceEntry & { readonly detail: NodeGCPerformanceDetail }).detail;
      if ((flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0) count += 1;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  after(() => observer.disconnect());
  return () => count;
}

const grow = (megabytes: number): unknown => Array.from({ length: megabytes }, () => new Float32Array(MB / 4));

suite('collection in lulls', () => {
  test('there is one when enough is new, and not before', async () => {
    const collections = askedFor();
    const onLull = collectInLulls();
    onLull();
    const little = grow(4);
    onLull();
    await sleep(100);
    assert.equal(collections(), 0, 'four megabytes are not worth it');
    let much: unknown = grow(40);
    const held = process.memoryUsage().arrayBuffers;
    assert.ok(Array.isArray(little) && Array.isArray(much));
    much = undefined;
    onLull();
    await until(() => collections() === 1, 'it has collected');
    await until(() => process.memoryUsage().arrayBuffers < held - 30 * MB, 'the garbage is gone');
    onLull();
    await sleep(100);
    assert.equal(collections(), 1, 'nothing is new');
  });

  test('nobody else can ask for a collection', () => {
    collectInLulls();
    assert.equal(globalThis.gc, undefined);
  });
});
