import cluster, { type Worker } from 'node:cluster';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { BackOff } from './back-off.ts';
import { Gathering } from './gather.ts';
import type { FromMember, FromPrimary } from './messages.ts';
import { closeUntaken } from './untaken.ts';

export interface SuperviseOptions {
  readonly processes: number;
  /** How long server processes may take to stop, in milliseconds; then they are killed. */
  readonly stopMs: number;
  /** The variable that tells a process its number. */
  readonly variable: string;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The place of one process and of those that replace it. */
interface Place {
  readonly number: number;
  readonly backOff: BackOff;
  worker?: Worker;
  startedAt: number;
  ready: boolean;
  /** Of the next start. */
  timer?: NodeJS.Timeout;
}

/**
 * Keeps server processes running that share a port, and does nothing else: it holds no model and answers no request.
 * Resolves to the exit code when all have ended.
 *
 * The first process starts alone: what is wrong with the settings is said once, and ends everything with the code it
 * ended with. From the moment one has served, a process that dies is replaced.
 */
export function supervise(options: SuperviseOptions): Promise<number> {
  // In turn: where the system chooses, one process takes nearly all connections and the other's workers have nothing to
  // do.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  return new Promise((resolve) => new Supervisor(options, resolve).start());
}

class Supervisor {
  readonly #options: SuperviseOptions;
  readonly #finish: (code: number) => void;
  readonly #gathering: Gathering;
  readonly #places: readonly Place[];
  #served = false;
  #complete = false;
  #stopping = false;
  #failed = false;

  constructor(options: SuperviseOptions, finish: (code: number) => void) {
    this.#options = options;
    this.#finish = finish;
    this.#gathering = new Gathering(options.metrics);
    this.#places = Array.from({ length: options.processes }, (_, index) => {
      return { number: index + 1, backOff: new BackOff(), startedAt: 0, ready: false };
    });
    const { metrics } = options;
    metrics.processes.set({ state: 'wanted' }, options.processes);
    metrics.onRead(() => {
      const ready = this.#places.filter((place) => place.ready).length;
      metrics.processes.set({ state: 'ready' }, ready);
      metrics.ready.set(ready === options.processes && !this.#stopping ? 1 : 0);
    });
  }

  start(): void {
    const signals = ['SIGTERM', 'SIGINT'] as const;
    const onSignal = (signal: NodeJS.Signals): void => {
      // The second one does not wait for anybody.
      if (this.#stopping) {
        for (const { worker } of this.#places) worker?.process.kill('SIGKILL');
        for (const each of signals) process.removeListener(each, onSignal);
        process.kill(process.pid, signal);
        return;
      }
      this.#stop(signal);
    };
    for (const signal of signals) process.on(signal, onSignal);
    process.on('SIGHUP', () => {
      for (const { worker, ready } of this.#places) if (ready) worker?.process.kill('SIGHUP');
    });
    this.#fork(this.#places[0]!);
  }

  #fork(place: Place): void {
    const worker = cluster.fork({ [this.#options.variable]: String(place.number) });
    Object.assign(place, { worker, startedAt: performance.now(), ready: false });
    closeUntaken(worker);
    worker.on('message', (message: FromMember) => this.#hear(place, worker, message));
    worker.once('exit', (code, signal) => this.#lose(place, worker, code, signal));
  }

  #hear(place: Place, worker: Worker, message: FromMember): void {
    if (message.kind === 'ready') this.#welcome(place, message.address);
    if (message.kind === 'snapshot') this.#gathering.take(worker, message.id, message.snapshot);
    if (message.kind === 'metrics') {
      const members = this.#places.flatMap(({ worker: each, ready }) => (ready && each !== undefined ? [each] : []));
      void this.#gathering.all(members).then((all) => say(worker, { kind: 'metrics', id: message.id, all }));
    }
  }

  #welcome(place: Place, address: string): void {
    const { processes, log } = this.#options;
    place.ready = true;
    if (!this.#served) {
      this.#served = true;
      if (!this.#stopping) for (const each of this.#places.slice(1)) this.#fork(each);
    }
    if (this.#complete || !this.#places.every((each) => each.ready)) return;
    this.#complete = true;
    log.info({ address, processes, startedMs: Math.round(performance.now()) }, 'all processes are ready');
  }

  #lose(place: Place, worker: Worker, code: number | null, signal: string | null): void {
    const { log, metrics } = this.#options;
    this.#gathering.leave(worker);
    Object.assign(place, { worker: undefined, ready: false });
    if (this.#stopping) {
      if (this.#places.every((each) => each.worker === undefined)) this.#finish(this.#failed ? 1 : 0);
      return;
    }
    if (!this.#served) {
      this.#finish(code ?? 1);
      return;
    }
    // One that was asked to stop (kill <its pid>) did so in order; that is how to restart them one by one.
    const asked = code === 0;
    const waitMs = asked ? 0 : place.backOff.next(performance.now() - place.startedAt);
    if (!asked) metrics.processLost.inc();
    log[asked ? 'info' : 'error']({ process: place.number, code, signal, waitMs }, 'a server process ended, replaced');
    place.timer = setTimeout(() => this.#fork(place), waitMs);
  }

  #stop(signal: NodeJS.Signals): void {
    const { log, stopMs } = this.#options;
    this.#stopping = true;
    log.info({ signal }, 'stopping all processes');
    for (const { timer } of this.#places) clearTimeout(timer);
    const alive = this.#places.flatMap(({ worker }) => worker ?? []);
    if (alive.length === 0) this.#finish(0);
    // As a message: a terminal sends its SIGINT to every process of the group, and a second signal would cut a stop
    // short.
    for (const worker of alive) say(worker, { kind: 'stop', signal });
    setTimeout(() => {
      for (const { worker, number } of this.#places) {
        if (worker === undefined) continue;
        this.#failed = true;
        log.error({ process: number }, 'a server process did not stop, killed');
        worker.process.kill('SIGKILL');
      }
    }, stopMs).unref();
  }
}

/** Whoever is gone by now does not hear it. */
function say(worker: Worker, message: FromPrimary): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}
