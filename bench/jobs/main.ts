// npm run bench:jobs: worker processes on one Redis, and two callers of unlike sizes. Bounded: under four minutes on
// any machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../../src/config/settings.ts';
import { openJobs } from '../../src/jobs/open.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { createLog } from '../../src/log.ts';
import { openFileStore } from '../../src/results/files.ts';
import { RedisServer } from '../../test/jobs/redis-server.ts';
import { measureFairness } from './fairness.ts';
import { measureThroughput } from './throughput.ts';

const redis = await RedisServer.launch();
const folder = mkdtempSync(join(tmpdir(), 'langdu-bench-jobs-'));
const env = { LANGDU_REDIS: redis.url, LANGDU_JOBS: join(folder, 'jobs'), LANGDU_OUTPUT: join(folder, 'output') };
const speaker = new LocalSpeaker();
const log = createLog('silent');
const results = await openFileStore({ folder: env.LANGDU_OUTPUT, keepHours: 0, keepBytes: 0, log });
// This process accepts, as a server does; `langdu worker` works.
const opened = await openJobs({ ...loadSettings(env), jobSlots: 0 }, { speaker, results, log });
const began = performance.now();
const LOOK_MS = 500;
let late = 0;
let looked = began;
const looking = setInterval(() => {
  late += Math.max(0, performance.now() - looked - 2 * LOOK_MS);
  looked = performance.now();
}, LOOK_MS);
try {
  process.stdout.write(
    `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}; client, Redis and workers on the same ones\n\n`,
  );
  await measureThroughput(opened, env);
  await measureFairness(opened, env);
  process.stdout.write(`\n${((performance.now() - began) / 1000).toFixed(0)} s in all\n`);
  if (late > 1000) {
    process.stdout.write(
      `This process stood still for ${(late / 1000).toFixed(1)} s of it: the machine was not ours, and the figures are worthless.\n`,
    );
  }
} finally {
  clearInterval(looking);
  await opened.close();
  await results.close();
  await speaker.close();
  await redis.remove();
  rmSync(folder, { recursive: true, force: true });
}
