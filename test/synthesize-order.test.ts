import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Stages } from '../src/synthesize.ts';
import { synthesize } from '../src/synthesize.ts';
import { createAnalyser } from '../src/text/analyse.ts';
import { findVoice } from '../src/voice/registry.ts';
import { shippedVoices } from './golden-data.ts';

suite('a text of several sentences', () => {
  test('is read no further than its first until that sounds', async () => {
    const { manifest } = findVoice(shippedVoices, 'tan');
    const read: string[] = [];
    let sound: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      sound = resolve;
    });
    const stages: Stages = {
      voice: manifest,
      *analyse({ text }) {
        for (const analysed of createAnalyser('PinYin').sentences(text)) {
          read.push(text.slice(analysed.sentence.start, analysed.sentence.end));
          yield analysed;
        }
      },
      async *utter(utterance) {
        await begun;
        const durations = new Int32Array(utterance.input.length);
        yield { samples: new Float32Array(16), last: true, done: 1, durations };
      },
      begun: () => begun,
      ahead: 2,
    };
    const speech = synthesize(stages, { text: '今天天气不错。我们去散步。你来吗？' });
    const first = speech.next();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    assert.deepEqual(read, ['今天天气不错。']);
    sound();
    assert.equal((await first).value?.sentence.index, 0);
    let last = 0;
    for await (const { sentence } of speech) last = sentence.index;
    assert.equal(last, 2);
    assert.deepEqual(read, ['今天天气不错。', '我们去散步。', '你来吗？']);
  });
});
