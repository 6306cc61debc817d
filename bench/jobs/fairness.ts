import { setTimeout as delay } from 'node:timers/promises';
import { hasEnded, type Job } from '../../src/jobs/job.ts';
import type { OpenedJobs } from '../../src/jobs/open.ts';
import { percentile, table } from '../table.ts';
import { acceptAll, insisting, lookAll } from './callers.ts';
import { startWorker, stopWorkers } from './workers.ts';

const MANY = 1000;
const FEW = 10;
const WORKERS = 2;
/** The thousand need not be done for the answer; this long they may take. */
const MOST_MS = 130_000;
const LOOK_MS = 250;
const NEVER = `> ${MOST_MS / 1000}`;

/**
 * One caller has a thousand jobs waiting and under way when another comes with ten. Two processes do them; first the
 * ten have them to themselves. In the order of arrival the ten would be done with the last ten jobs of all: whatever
 * the order, two processes end so many jobs in so much time, and the jobs are as long as each other.
 */
export async function measureFairness(opened: OpenedJobs, env: Readonly<Record<string, string>>): Promise<void> {
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => startWorker(env)));
  try {
    await finished(opened, await acceptAll(opened, 'first', textsOf('热身', 2 * WORKERS)));
    const alone = await finished(opened, await acceptAll(opened, 'alone', textsOf('独自', FEW)));
    const manyIds = await acceptAll(opened, 'many', textsOf('众多', MANY));
    const fewIds = await acceptAll(opened, 'few', textsOf('少数', FEW));
    const few = await finished(opened, fewIds);
    const many = await finished(opened, manyIds);
    print(alone, few, many);
  } finally {
    await stopWorkers(workers);
  }
}

function print(alone: readonly Job[], few: readonly Job[], many: readonly Job[]): void {
  const arrived = Math.min(...few.map(({ createdAt }) => createdAt));
  const ends = [...few, ...many].flatMap(({ endedAt }) => endedAt ?? []).toSorted((a, b) => a - b);
  const complete = ends.length === FEW + MANY;
  const inArrivalOrder = complete ? ends.slice(-FEW) : [];
  const lastOfFew = Math.max(...few.map(({ endedAt }) => endedAt!));
  const begun = many.filter(({ startedAt }) => startedAt !== undefined && startedAt <= lastOfFew).length;
  const before = many.filter(({ startedAt }) => startedAt !== undefined && startedAt <= arrived).length;
  const since = (from: number, times: readonly number[]) =>
    times.length === 0 ? [NEVER, NEVER] : [0.5, 1].map((s) => ((percentile(times, s) - from) / 1000).toFixed(1));
  const manyEnds = many.flatMap(({ endedAt }) => endedAt ?? []);
  const aloneFrom = Math.min(...alone.map(({ createdAt }) => createdAt));
  const rows = [
    [
      `the ${FEW}, alone`,
      ...since(
        aloneFrom,
        alone.map(({ endedAt }) => endedAt!),
      ),
    ],
    [
      `the ${FEW}, behind ${MANY}`,
      ...since(
        arrived,
        few.map(({ endedAt }) => endedAt!),
      ),
    ],
    [`the ${FEW}, in order of arrival (computed)`, ...since(arrived, inArrivalOrder)],
    [`the ${MANY}`, ...since(arrived, complete ? manyEnds : [])],
    [`the ${MANY}, in order of arrival (computed)`, ...since(arrived, complete ? ends.slice(0, MANY) : [])],
  ];
  const head = ['seconds after the ten came', 'half done', 'all done'];
  process.stdout.write(`One caller with ${MANY} jobs of one sentence, then one with ${FEW}; ${WORKERS} processes\n\n`);
  process.stdout.write(`${table(head, rows)}\n\n`);
  process.stdout.write(
    `${before} of the ${MANY} had begun when the ten came, ${begun} when these were done; ${manyEnds.length} were done at the end\n`,
  );
}

/** Waits for all of them, or for as long as is bearable; resolves to what they are by then. */
async function finished(opened: OpenedJobs, ids: readonly string[]): Promise<readonly Job[]> {
  const most = performance.now() + MOST_MS;
  for (let left = ids; left.length > 0 && performance.now() < most; ) {
    // Jobs of a caller end about in the order in which they came: the oldest are looked at first, and few at a time.
    const looked = await lookAll(opened, left.slice(0, 50));
    const gone = new Set(looked.filter(hasEnded).map(({ id }) => id));
    left = left.filter((id) => !gone.has(id));
    if (gone.size === 0) await delay(LOOK_MS);
  }
  return insisting(() => lookAll(opened, ids));
}

/** No two texts the same, so that nothing comes from a cache. */
function textsOf(whose: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${whose}第${index}号，到。`);
}
