import { parentPort, workerData } from 'node:worker_threads';
import type { ToWorker, WorkerOptions } from '../../src/workers/protocol.ts';

/** The worker thread, but one that dies at the turn of a sentence that is spoken at this rate. */
export const DEADLY_RATE = 1.25;

/** Its id; none of the sentences has 0. */
let deadly = -1;
const options = workerData as { -readonly [Key in keyof WorkerOptions]: WorkerOptions[Key] } | null;

if (options !== null) {
  parentPort!.on('message', (message: ToWorker) => {
    if (message.type === 'utter' && message.utterance.rate === DEADLY_RATE) deadly = message.id;
  });
  options.turn = new Proxy(options.turn, {
    get: (turn, key) => Reflect.get(turn, key, turn) as unknown,
    set: (turn, slot, id: number) => {
      turn[Number(slot)] = id;
      if (id === deadly) process.exit(1);
      return true;
    },
  });
  await import('../../src/workers/worker.ts');
}
