import { type Snapshot, textOf } from '../metrics/aggregate.ts';
import { type Metrics, samplesOf } from '../metrics.ts';
import type { FromMember, FromPrimary } from './messages.ts';

/** How long the primary may take to gather metrics; past it a process tells only its own. */
const METRICS_MS = 2_000;
/** How long what was gathered does for samples. */
const FRESH_MS = 500;

/** One of several server processes, as it sees itself. */
export interface Member {
  /** From 1. A process that replaces another has its number. */
  readonly number: number;
  /** These metrics, but for how they are read: text and samples are of all processes. */
  metricsOfAll(own: Metrics): Metrics;
  ready(address: string): void;
  /** Until somebody says what to do on a stop, it ends the process. */
  onStop(stop: (signal: NodeJS.Signals) => void): void;
}

/** @param number as the primary gave it; the process must be its child */
export function joinCluster(number: number): Member {
  let metrics: Metrics | undefined;
  let stop = (signal: NodeJS.Signals): void => void process.kill(process.pid, signal);
  let questions = 0;
  const waiting = new Map<number, (all: Snapshot) => void>();

  process.on('message', (message: FromPrimary) => {
    if (message.kind === 'stop') stop(message.signal);
    if (message.kind === 'metrics') waiting.get(message.id)?.(message.all);
    if (message.kind === 'snapshot') {
      const { id } = message;
      metrics?.snapshot().then(
        (snapshot) => say({ kind: 'snapshot', id, snapshot }),
        () => undefined, // missing in the sum, like a process that is busy
      );
    }
  });

  // Listening to the primary is no reason to live on, such as after a start that failed.
  process.channel?.unref();

  const askForAll = async (own: Metrics): Promise<Snapshot> => {
    questions += 1;
    const id = questions;
    const { promise, timer } = answerWithin(id, waiting);
    say({ kind: 'metrics', id });
    const all = await promise;
    clearTimeout(timer);
    waiting.delete(id);
    return all ?? own.snapshot();
  };

  let last: { readonly at: number; readonly all: Promise<Snapshot> } | undefined;
  /** The status asks for one metric after the other. */
  const lately = (own: Metrics): Promise<Snapshot> => {
    const now = performance.now();
    if (last === undefined || now - last.at > FRESH_MS) last = { at: now, all: askForAll(own) };
    return last.all;
  };

  return {
    number,
    metricsOfAll: (own) => {
      metrics = own;
      return {
        ...own,
        text: async () => textOf(await askForAll(own)),
        samples: async (name) => samplesOf(await lately(own), name),
      };
    },
    ready: (address) => say({ kind: 'ready', address }),
    onStop: (handler) => {
      stop = handler;
    },
  };
}

function answerWithin(
  id: number,
  waiting: Map<number, (all: Snapshot) => void>,
): { promise: Promise<Snapshot | undefined>; timer: NodeJS.Timeout } {
  let timer!: NodeJS.Timeout;
  const promise = new Promise<Snapshot | undefined>((resolve) => {
    timer = setTimeout(resolve, METRICS_MS, undefined);
    waiting.set(id, resolve);
  });
  return { promise, timer };
}

/** The primary may be gone; then this process ends, too. */
function say(message: FromMember): void {
  process.send?.(message, undefined, {}, () => undefined);
}
