import { parentPort, workerData } from 'node:worker_threads';
import { asLangduError, toRecord } from '../errors.ts';
import type { Analysed } from '../text/analyse.ts';
import { Analysers, wordsOf } from '../text/analysers.ts';
import { explainText } from '../text/explain.ts';
import {
  type FromTextWorker,
  type Reading,
  SENTENCES_A_MESSAGE,
  type TextWorkerOptions,
  type ToTextWorker,
} from './protocol.ts';

/** The thread that reads text: its dictionaries are there once, and the main thread never stops for a long text. */

const port = parentPort!;
const analysers = new Analysers(wordsOf((workerData as TextWorkerOptions).lexicon));
const readings = new Map<number, Iterator<Analysed>>();

function send(message: FromTextWorker): void {
  port.postMessage(message);
}

function begin({ text, language, voice, lexicon }: Reading): Iterator<Analysed> {
  return analysers.of(language, voice).sentences(text, wordsOf(lexicon));
}

function explain(id: number, { text, language, voice, lexicon }: Reading): void {
  const explanation = explainText(analysers.of(language, voice), text, wordsOf(lexicon));
  send({ type: 'explained', id, explanation });
}

function more(id: number, most = SENTENCES_A_MESSAGE): void {
  const reading = readings.get(id);
  if (reading === undefined) return;
  const sentences: Analysed[] = [];
  let last = false;
  while (!last && sentences.length < most) {
    const next = reading.next();
    if (next.done) last = true;
    else sentences.push(next.value);
  }
  if (last) readings.delete(id);
  send({ type: 'sentences', id, sentences, last });
}

function answer(id: number, work: () => void): void {
  try {
    work();
  } catch (error) {
    readings.delete(id);
    send({ type: 'failed', id, error: toRecord(asLangduError(error)) });
  }
}

port.on('message', (message: ToTextWorker) => {
  if (message.type === 'read') {
    answer(message.id, () => {
      readings.set(message.id, begin(message.reading));
      // The first sentence at once: it is spoken while the rest is read.
      more(message.id, 1);
    });
  } else if (message.type === 'explain') answer(message.id, () => explain(message.id, message.reading));
  else if (message.type === 'more') answer(message.id, () => more(message.id));
  else if (message.type === 'leave') readings.delete(message.id);
  else process.exit(0);
});

analysers.of('PinYin', 'PinYin');
send({ type: 'ready' });
