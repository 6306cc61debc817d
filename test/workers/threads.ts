import { on, once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { FromTextWorker, FromWorker } from '../../src/workers/protocol.ts';

type Said = FromWorker | FromTextWorker;

/** A thread of ours, as Node tells everybody of it, and what it has said. */
export interface Thread {
  readonly id: number;
  readonly worker: Worker;
  readonly said: Said[];
}

const threads: Thread[] = [];

process.on('worker', (worker) => {
  const said: Said[] = [];
  threads.push({ id: worker.threadId, worker, said });
  worker.on('message', (message: Said) => said.push(message));
});

/** Threads that were begun since this was called, the eldest first: the next Dispatcher's. */
export function threadsFromNow(): () => readonly Thread[] {
  const before = threads.length;
  return () => threads.slice(before);
}

/** Everything of a kind that these have said. */
export function heardOf<Type extends Said['type']>(
  from: readonly Thread[],
  type: Type,
): Extract<Said, { readonly type: Type }>[] {
  return from.flatMap(({ said }) =>
    said.filter((each): each is Extract<Said, { readonly type: Type }> => each.type === type),
  );
}

/** Ends a thread as a crash between two turns would; resolves when it is gone. */
export async function end({ worker }: Thread): Promise<void> {
  const gone = once(worker, 'exit');
  worker.postMessage({ type: 'close' });
  await gone;
}

/** The first of these threads to be in the middle of a sentence, at that very moment. */
export async function inMidSentence(from: readonly Thread[]): Promise<Thread> {
  const over = new AbortController();
  const late = AbortSignal.timeout(10_000);
  const found = from.map(async (thread) => {
    for await (const [message] of on(thread.worker, 'message', { signal: AbortSignal.any([over.signal, late]) })) {
      const said = message as Said;
      if (said.type === 'piece' && !said.last) return thread;
    }
    throw new Error('its messages have ended');
  });
  try {
    return await Promise.any(found);
  } finally {
    over.abort();
  }
}
