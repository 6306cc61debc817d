import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog } from '../../src/log.ts';
import { openFileStore } from '../../src/results/files.ts';
import { write } from '../results/contract.ts';
import { langdu } from './run.ts';

test('results are listed, held, swept after a dry run, and removed, beside a server', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-results-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const serving = await openFileStore({ folder, log: createLog('silent'), keepHours: 0, keepBytes: 0 });
  t.after(() => serving.close());
  const names: string[] = [];
  for (let i = 0; i < 4; i += 1) {
    names.push(await write(serving, new Uint8Array(2048)));
    const then = new Date(Date.now() - (10 - i) * 3_600_000);
    await utimes(join(folder, names[i]!), then, then);
  }
  const results = async (...args: string[]) => {
    const { code, stdout, stderr } = await langdu(['results', ...args, '--output', folder]);
    return { code, said: stdout.toString(), stderr };
  };

  const listed = (await results('list')).said.trim().split('\n');
  assert.deepEqual(
    listed.map((line) => line.slice(0, 36)),
    names,
  );
  assert.match(listed[0]!, / 2\.0 KiB$/);
  assert.equal((await results('hold', `http://h/audio/${names[0]}?expires=1&signature=x`)).code, 0);
  assert.match((await results('list')).said, new RegExp(`^${names[0]} .* held\n`));
  assert.match(
    (await results('usage')).said,
    /^4 results, 8\.0 KiB, limit 1\.0 GiB\n1 held, 2\.0 KiB\n0 B being written\n$/,
  );

  const limit = ['--keep-hours', '8.5'];
  const dry = await results('sweep', '--dry-run', ...limit);
  assert.match(dry.said, new RegExp(`^${names[1]} .* age\n1 would go, 2\\.0 KiB; 3 stay, 6\\.0 KiB\n$`));
  assert.equal((await readdir(folder)).filter((file) => file.endsWith('.wav')).length, 4);
  const swept = JSON.parse((await results('sweep', '--json', ...limit)).said);
  assert.deepEqual([swept.dryRun, swept.removals.length, swept.removals[0].name], [false, 1, names[1]]);
  assert.equal(await serving.open(names[1]!), undefined);

  const refused = await results('remove', names[0]!);
  assert.deepEqual([refused.code, /\[audio_held\]/.test(refused.stderr)], [3, true]);
  assert.equal((await results('release', names[0]!)).code, 0);
  assert.equal((await results('remove', names[0]!)).code, 0);
  const missing = await results('hold', names[0]!);
  assert.deepEqual([missing.code, /\[audio_not_found\]/.test(missing.stderr)], [3, true]);
  assert.deepEqual((await readdir(folder)).sort(), names.slice(2).sort());

  for (const wrong of [
    ['hold'],
    ['list', names[2]!],
    ['list', '--dry-run'],
    ['burn'],
    ['sweep', '--keep-hours', 'x'],
  ]) {
    assert.equal((await results(...wrong)).code, 2, wrong.join(' '));
  }
});
