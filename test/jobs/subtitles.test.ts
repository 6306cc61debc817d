import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Job } from '../../src/jobs/job.ts';
import { jobSubtitles } from '../../src/jobs/subtitles.ts';
import type { TimedRecord } from '../../src/jobs/timings.ts';
import { subtitleFormats } from '../../src/subtitles/write.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { openTestJobs, waitFor } from './opened.ts';

const TEXT = '你好。今天天气不错。我们去公园散步吧！';

test('subtitles of a book are written in pieces, and others have their turn between these', async () => {
  const SENTENCES = 3000;
  const [sentence, sampleRate] = ['很久很久以前。', 16000];
  async function* records(): AsyncGenerator<TimedRecord> {
    for (let index = 0; index < SENTENCES; index += 1) {
      const span = { start: index * sentence.length, end: (index + 1) * sentence.length };
      const words = [...sentence].map((text, i) => ({
        text,
        start: span.start + i,
        end: span.start + i + 1,
        from: i,
        to: i + 1,
      }));
      yield {
        item: 0,
        sentence: { index, ...span },
        sampleRate,
        length: 8000,
        timing: { lead: 0, seconds: 0.5, words, phones: [] },
      };
    }
  }
  let turns = 0;
  let over = false;
  const others = (async () => {
    for (; !over; turns += 1) await turn();
  })();
  for (const format of subtitleFormats) {
    turns = 0;
    const pieces: string[] = [];
    const request = { items: [{ text: sentence.repeat(SENTENCES), voice: 'tan' }], gap: 0, output: {} };
    for await (const piece of jobSubtitles(format, request, records())) pieces.push(piece);
    assert.ok(pieces.length > 4, format);
    assert.ok(Math.max(...pieces.map(({ length }) => length)) < 32 * 1024, format);
    assert.ok(turns >= pieces.length - 1, `${format}: ${turns} turns, ${pieces.length} pieces`);
    if (format === 'json') assert.equal(JSON.parse(pieces.join('')).sentences.length, SENTENCES);
  }
  over = true;
  await others;
});

test('a job that is done by the time its log is read has all its timings', async (t) => {
  const jobs = await openTestJobs(t, { speaker: new ToneSpeaker({ pace: 50 }) });
  const { id } = await jobs.submit({ items: [{ text: TEXT, voice: 'tan' }], gap: 0, output: {} });
  const running: Job = await waitFor(
    () => jobs.jobs.get(id),
    ({ progress }) => progress.sentences === 1,
  );
  await jobs.ended(id);
  await jobs.keeper.sweep();
  const timings: TimedRecord[] = [];
  for await (const record of jobs.jobs.timings(running)) timings.push(record);
  assert.deepEqual(
    timings.map(({ sentence }) => sentence?.index),
    [0, 1, 2, undefined],
  );
});
