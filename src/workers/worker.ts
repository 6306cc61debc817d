import { parentPort, workerData } from 'node:worker_threads';
import { Pace } from '../engine/pace.ts';
import { type Claim, Turns } from '../engine/turns.ts';
import { utter } from '../engine/utter.ts';
import { asLangduError, toRecord } from '../errors.ts';
import { VoiceShelf } from '../voice/shelf.ts';
import { lowerPriority } from './nice.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './protocol.ts';

/**
 * A worker thread: symbols in, samples out. The sentences it has at the same time share it by `Turns`. A sentence runs
 * to its end once begun, whoever reads it: it is short, and its samples are small beside the weights that make them.
 */

type Order = Extract<ToWorker, { readonly type: 'utter' }>;

const port = parentPort!;
const options = workerData as WorkerOptions;
const shelf = new VoiceShelf(options.voices, options.defaultVoice);
const turns = new Turns(note);
const running = new Map<number, AbortController>();
const ids = new WeakMap<Claim, number>();

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** Whose turn it is, for the pool to read when this thread is lost. */
function note(claims: readonly Claim[], work: 'compute' | 'decode'): void {
  for (let slot = 0; slot < options.turn.length; slot += 1) {
    const claim = claims[slot];
    options.turn[slot] = claim === undefined ? 0 : (ids.get(claim) ?? 0);
  }
  if (work === 'decode' && claims.length > 0) send({ type: 'batch', size: claims.length });
}

async function speak({ id, utterance, lane, inMs }: Order): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  try {
    const pace = new Pace(lane, abort.signal, inMs);
    ids.set(pace, id);
    const voice = shelf.openExactly(utterance.voice, utterance.hash);
    for await (const { samples: made, ...rest } of utter(voice, utterance, turns, pace)) {
      // A view of a larger buffer would take the rest along.
      const samples = made.byteLength === made.buffer.byteLength ? made : made.slice();
      send({ type: 'piece', id, samples, ...rest }, [samples.buffer as ArrayBuffer]);
    }
    send({ type: 'done', id, busyMs: pace.busy, soundMs: pace.sounds });
  } catch (error) {
    send({ type: 'failed', id, error: toRecord(asLangduError(error)) });
  } finally {
    running.delete(id);
  }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'utter') void speak(message);
  else if (message.type === 'cancel') running.get(message.id)?.abort();
  else process.exit(0);
});

lowerPriority();
try {
  shelf.open();
  send({ type: 'ready' });
} catch (error) {
  send({ type: 'unready', error: toRecord(asLangduError(error)) });
}
