import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { packageRoot } from '../../src/config/paths.ts';
import { openEmbedded } from '../../src/jobs/embedded/driver.ts';
import { cancel } from '../../src/jobs/transitions.ts';
import { temporaryFolder } from '../golden-data.ts';
import { contract, jobOf, requestOf } from './contract.ts';

const folder = temporaryFolder();

contract(
  'embedded',
  async (options) => openEmbedded({ folder, ...options }),
  async () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  },
);

/** Holds the lock of the folder's database, as a process does that writes, until `release`. */
async function locked(): Promise<{ release(): Promise<void> }> {
  const script = `
    const { DatabaseSync } = require('@photostructure/sqlite');
    const database = new DatabaseSync(process.argv[1]);
    database.exec('BEGIN IMMEDIATE');
    process.stdout.write('locked');
    process.stdin.resume().on('end', () => database.exec('COMMIT'));
  `;
  const child = spawn(process.execPath, ['-e', script, join(folder, 'jobs.sqlite')], {
    cwd: packageRoot,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const release = async (): Promise<void> => {
    child.stdin.end();
    await once(child, 'exit');
  };
  return { release };
}

test('embedded jobs: while another process writes, this one waits and goes on with other things', async (t) => {
  rmSync(folder, { recursive: true });
  const driver = openEmbedded({ folder, leaseMs: 30_000, tries: 3, keepMs: 0 });
  t.after(() => driver.close());
  const [first, second] = [jobOf('a'), jobOf('b')];
  await driver.insert(first, requestOf('一。'), 10);
  const claimed = await driver.claim(new AbortController().signal);
  await driver.insert(second, requestOf('二。'), 10);
  const { release } = await locked();

  const third = jobOf('c');
  let over = 0;
  const changes = [
    driver.insert(third, requestOf('三。'), 10),
    driver.update(second.id, (job) => cancel(job, Date.now())),
    claimed!.end(5),
    driver.claim(new AbortController().signal),
    driver.remove(first.id),
  ].map((change) => change.finally(() => (over += 1)));
  // A second's worth of turns, and what reads is answered.
  for (let turn = 0; turn < 200; turn += 1) {
    await delay(5);
    if (turn % 50 === 0) assert.equal((await driver.get(second.id))?.state, 'queued');
    assert.equal(over, 0, 'a change was made, or given up, under the lock');
  }
  await release();
  await Promise.all(changes);
  assert.equal(await driver.get(first.id), undefined);
  assert.equal((await driver.get(second.id))?.state, 'cancelled');
  assert.notEqual(await driver.get(third.id), undefined);
});
