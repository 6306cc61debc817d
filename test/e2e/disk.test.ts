import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { writeSpeech } from '../../src/audio/write-speech.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { until } from '../until.ts';
import { startReal } from './real-server.ts';

const TEXTS = ['今天天气不错。', '我们一起去公园散步。', '你好，欢迎使用朗读。'];
const ROOT = process.getuid?.() === 0;

const speaker = new LocalSpeaker();
after(() => speaker.close());

/** A small disk of its own, 96 KiB. */
async function disk(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', folder]);
  t.after(() => {
    execFileSync('umount', ['--lazy', folder]);
    return rm(folder, { recursive: true });
  });
  return folder;
}

function speak(url: string, text: string): Promise<Response> {
  return fetch(`${url}/api/tts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
}

async function stream(url: string, text: string): Promise<Buffer> {
  const response = await fetch(`${url}/api/tts/stream?${new URLSearchParams({ text, format: 'pcm' })}`);
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

/** What is spoken without a server, and so without a cache. */
async function spokenAlone(text: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const { bytes } of writeSpeech(speaker.speak({ text }), { format: 'pcm' })) parts.push(bytes);
  return Buffer.concat(parts);
}

/** That a server with such a disk for its cache speaks what is spoken without one, however often it is asked. */
async function speaksAllTheSame(t: TestContext, cache: string): Promise<void> {
  const { url: failing, log } = await startReal(t, { LANGDU_CACHE: cache });
  for (const text of TEXTS) {
    const alone = await spokenAlone(text);
    for (let i = 0; i < 4; i += 1) assert.ok((await stream(failing, text)).equals(alone), text);
  }
  await until(async () => (await fetch(`${failing}/readyz`)).status === 200, 'it is ready');
  await until(() => log.some((line) => line.includes('the sentence cache cannot be written')), 'the log says so');
}

test('a cache whose folder cannot be made costs no answer', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-disk-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), '');
  await speaksAllTheSame(t, join(folder, 'file', 'cache'));
});

test('a cache whose disk is full costs no answer', { skip: !ROOT && 'mounts a disk: needs root' }, async (t) => {
  const folder = await disk(t);
  await writeFile(join(folder, 'filler'), Buffer.alloc(96 * 1024)).catch(() => undefined);
  await speaksAllTheSame(t, join(folder, 'cache'));
});

test('a cache whose disk is read-only costs no answer', { skip: !ROOT && 'mounts a disk: needs root' }, async (t) => {
  const folder = await disk(t);
  await mkdir(join(folder, 'cache'));
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  await speaksAllTheSame(t, join(folder, 'cache'));
});

test('results whose disk is full: files are refused and leave nothing, streams go on, and room is used again', {
  skip: !ROOT && 'mounts a disk: needs root',
}, async (t) => {
  const folder = await disk(t);
  const output = join(folder, 'output');
  const { url } = await startReal(t, { LANGDU_OUTPUT: output });
  await writeFile(join(folder, 'filler'), Buffer.alloc(80 * 1024));
  const refused = await speak(url, TEXTS.join('').repeat(3));
  assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [507, 'storage_full']);
  await until(
    async () => (await readdir(output)).filter((name) => name.includes('.wav')).length === 0,
    'nothing is left',
  );
  assert.ok((await stream(url, TEXTS[0]!)).length > 10_000);
  await rm(join(folder, 'filler'));
  assert.equal((await speak(url, TEXTS[0]!)).status, 200);
});
