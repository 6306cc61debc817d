import type { Metrics } from '../metrics.ts';
import type { FromMember, FromPrimary } from './messages.ts';

/** How long the primary may take to gather metrics; past it a process tells only its own. */
const METRICS_MS = 2_000;

/** One of several server processes, as it sees itself. */
export interface Member {
  /** From 1. A process that replaces another has its number. */
  readonly number: number;
  /** These metrics, but for their text: that is of all processes. */
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
  const waiting = new Map<number, (text: string) => void>();

  process.on('message', (message: FromPrimary) => {
    if (message.kind === 'stop') stop(message.signal);
    if (message.kind === 'metrics') waiting.get(message.id)?.(message.text);
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

  const askForAll = async (own: Metrics): Promise<string> => {
    questions += 1;
    const id = questions;
    const { promise, timer } = answerWithin(id, waiting);
    say({ kind: 'metrics', id });
    const text = await promise;
    clearTimeout(timer);
    waiting.delete(id);
    return text ?? own.text();
  };

  return {
    number,
    metricsOfAll: (own) => {
      metrics = own;
      return { ...own, text: () => askForAll(own) };
    },
    ready: (address) => say({ kind: 'ready', address }),
    onStop: (handler) => {
      stop = handler;
    },
  };
}

function answerWithin(
  id: number,
  waiting: Map<number, (text: string) => void>,
): { promise: Promise<string | undefined>; timer: NodeJS.Timeout } {
  let timer!: NodeJS.Timeout;
  const promise = new Promise<string | undefined>((resolve) => {
    timer = setTimeout(resolve, METRICS_MS, undefined);
    waiting.set(id, resolve);
  });
  return { promise, timer };
}

/** The primary may be gone; then this process ends, too. */
function say(message: FromMember): void {
  process.send?.(message, undefined, {}, () => undefined);
}
