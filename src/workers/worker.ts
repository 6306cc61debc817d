import { parentPort, workerData } from 'node:worker_threads';
import { asLangduError, toRecord } from '../errors.ts';
import { LocalSpeaker } from '../local-speaker.ts';
import type { SpeechRequest } from '../speech.ts';
import { type FromWorker, PIECES_AHEAD, type ToWorker, type WorkerOptions } from './protocol.ts';

/**
 * A worker thread. Requests it has at the same time take turns piece by piece, since `synthesize` gives way between
 * pieces: a long text does not keep a short one waiting, and a reader that does not read keeps nobody.
 */

interface Running {
  readonly abort: AbortController;
  ahead: number;
  /** Wakes the request when its reader takes a piece, or it is cancelled. */
  wake: (() => void) | undefined;
}

const port = parentPort!;
const options = workerData as WorkerOptions;
const speaker = new LocalSpeaker(options.voices, options.defaultVoice);
const running = new Map<number, Running>();

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function speak(id: number, request: SpeechRequest, fromSentence?: number): Promise<void> {
  const state: Running = { abort: new AbortController(), ahead: 0, wake: undefined };
  running.set(id, state);
  try {
    for await (const chunk of speaker.speak(request, { signal: state.abort.signal, fromSentence })) {
      // A view of a larger buffer would take the rest along.
      const samples =
        chunk.samples.byteLength === chunk.samples.buffer.byteLength ? chunk.samples : chunk.samples.slice();
      send({ type: 'chunk', id, chunk: { ...chunk, samples } }, [samples.buffer as ArrayBuffer]);
      state.ahead += 1;
      while (state.ahead >= PIECES_AHEAD && !state.abort.signal.aborted) {
        await new Promise<void>((resolve) => {
          state.wake = resolve;
        });
      }
    }
    send({ type: 'done', id });
  } catch (error) {
    send({ type: 'failed', id, error: toRecord(asLangduError(error)) });
  } finally {
    running.delete(id);
  }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'speak') void speak(message.id, message.request, message.fromSentence);
  else if (message.type === 'close') process.exit(0);
  else {
    const state = running.get(message.id);
    if (state === undefined) return;
    if (message.type === 'cancel') state.abort.abort();
    else state.ahead -= 1;
    state.wake?.();
  }
});

try {
  speaker.prepare();
  send({ type: 'ready' });
} catch (error) {
  send({ type: 'unready', error: toRecord(asLangduError(error)) });
}
