import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../until.ts';
import { startReal } from './real-server.ts';

/** Whether the process handles SIGHUP itself: the first of the signals that it catches, as the kernel says. */
function catchesHup(pid: number): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${mask}`) & 1n) === 1n;
}

/** A count that has not changed for half a second. */
async function settled(count: () => number): Promise<number> {
  for (;;) {
    const before = count();
    await delay(500);
    if (count() === before) return before;
  }
}

test('a reload while the server starts harms nothing, and one afterwards reads the lists', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-reload-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const list = join(folder, 'words.tsv');
  await writeFile(list, '赌博\tdeny\tgambling\n');
  let early = 0;
  let asking: NodeJS.Timeout | undefined;
  const server = await startReal(t, { LANGDU_POLICY_LISTS: list }, ({ pid }) => {
    asking = setInterval(() => {
      if (!catchesHup(pid!)) return;
      process.kill(pid!, 'SIGHUP');
      early += 1;
    }, 20);
  });
  clearInterval(asking);
  // A server that listened for it only when it is ready would have had one or two.
  assert.ok(early >= 5, `${early} reloads during the start`);
  const reloads = () => server.log.filter((line) => line.includes('policy lists reloaded')).length;
  // A thread that loads code hears of signals when it is done: the last of them may come to a server that is ready.
  const late = await settled(reloads);
  assert.ok(late < early, `${late} of ${early} were worked off after the start`);
  // By itself it reads only what has changed.
  server.process.kill('SIGHUP');
  await until(() => reloads() === late + 1, 'the lists are read again');
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}/api/tts`, { method: 'POST', headers, body: '{"text": "一起来赌博。"}' });
  assert.equal(((await answer.json()) as { code: string }).code, 'text_denied');
});
