import type { Worker } from 'node:worker_threads';
import { MOST_TOGETHER } from '../engine/turns.ts';
import { asLangduError, fromRecord, LangduError } from '../errors.ts';
import type { Lane } from '../speech.ts';
import type { Utterance, UtterancePiece } from '../voice/utterance.ts';
import { Mailbox } from './mailbox.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './protocol.ts';
import { leave, STARTS_IN_A_ROW, startThread } from './thread.ts';

export interface PoolOptions {
  /** Folder of the voice packages. */
  readonly voices: string;
  readonly defaultVoice?: string | undefined;
  /** Threads. */
  readonly workers: number;
  /** The module that they run; worker.ts when absent. */
  readonly thread?: URL;
  /** The voice that would be the default cannot be loaded; the workers start without. */
  readonly onVoiceBroken?: (error: LangduError) => void;
  /** A worker was lost; it is being replaced. */
  readonly onWorkerLost?: (cause: unknown) => void;
  /** Sentences that made decoder steps together. */
  readonly onBatch?: (size: number) => void;
}

interface Seat {
  readonly worker: Worker;
  readonly tasks: Map<number, Task>;
  /** Shared with the worker: ids of the tasks whose turn it is. */
  readonly turn: Int32Array<SharedArrayBuffer>;
  ready: boolean;
}

/** An utterance and for whom it is. */
export interface Wanted {
  readonly utterance: Utterance;
  readonly lane: Lane;
  /** Its listener needs it in so many milliseconds; 0 and less is now. */
  readonly inMs: number;
  /** Hears how many milliseconds of a worker it took, and how many it sounds. */
  readonly onDone: (busyMs: number, soundMs: number) => void;
}

interface Task extends Wanted {
  readonly id: number;
  readonly pieces: Mailbox<UtterancePiece>;
  /** Pieces received: a second run of the same utterance yields the same ones, and skips them. */
  received: number;
  skip: number;
  /** Workers lost while it was its turn. */
  losses: number;
}

/**
 * Of a worker's objects few live for longer than a piece of sound, and each may hold much more outside of the heap: in
 * a sixteenth of the usual room, 1 MB to be full and twice that to collect into, they take 0.8 ms at a time and let
 * memory go twenty times a second instead of four.
 */
const YOUNG_MB = 3;

/** An utterance at whose turn more workers than these were lost may be the reason. */
const MOST_LOSSES = 2;

/**
 * Utterances on worker threads. Each goes to the worker that has the fewest symbols to speak; when a worker dies it is
 * replaced, and its utterances start once more elsewhere: they are deterministic, so the reader notices nothing but the
 * wait. One at whose turn worker after worker is lost ends with `worker_lost`.
 */
export class WorkerPool {
  private readonly options: PoolOptions;
  private seats: Seat[] = [];
  private waiting: Task[] = [];
  private nextId = 1;
  private failedStarts = 0;
  private closing = false;

  private constructor(options: PoolOptions) {
    this.options = options;
  }

  /** Resolves when every worker has its default voice loaded. Throws what kept a worker from that. */
  static async open(options: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.start()));
    } catch (error) {
      await pool.close().catch(() => undefined);
      throw error;
    }
    return pool;
  }

  /** Thread ids of the living workers. */
  get threads(): readonly number[] {
    return this.seats.map((seat) => seat.worker.threadId);
  }

  /** Workers that take utterances; the others are still starting. */
  get ready(): number {
    return this.seats.filter((seat) => seat.ready).length;
  }

  /** One utterance's pieces. Work begins at once and ends early when the reader returns or `signal` aborts. */
  async *utter(wanted: Wanted, signal: AbortSignal): AsyncGenerator<UtterancePiece> {
    if (this.closing) throw new LangduError('shutting_down');
    const task: Task = {
      ...wanted,
      id: this.nextId++,
      pieces: new Mailbox(),
      received: 0,
      skip: 0,
      losses: 0,
    };
    const abort = () => {
      this.drop(task);
      task.pieces.fail(new LangduError('cancelled'));
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    else this.assign(task);
    try {
      yield* task.pieces;
    } finally {
      signal.removeEventListener('abort', abort);
      this.drop(task);
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const task of [...this.waiting, ...this.seats.flatMap((seat) => [...seat.tasks.values()])]) {
      task.pieces.fail(new LangduError('shutting_down'));
    }
    await Promise.all(this.seats.map(({ worker }) => leave(worker)));
  }

  private start(): Promise<void> {
    const turn = new Int32Array(new SharedArrayBuffer(4 * MOST_TOGETHER));
    const data: WorkerOptions = { voices: this.options.voices, defaultVoice: this.options.defaultVoice, turn };
    const worker = startThread(this.options.thread ?? 'worker', data, YOUNG_MB);
    const seat: Seat = { worker, tasks: new Map(), turn, ready: false };
    this.seats.push(seat);
    return new Promise((resolve, reject) => {
      let cause: unknown;
      worker.on('error', (error) => {
        cause = error;
      });
      worker.on('exit', (code) => {
        this.lost(seat, cause ?? new Error(`worker thread exited with ${code}`));
        reject(asLangduError(cause ?? new LangduError('worker_lost')));
      });
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'batch') this.options.onBatch?.(message.size);
        else if (message.type !== 'ready' && message.type !== 'unready') this.receive(seat, message);
        else {
          if (message.type === 'ready') resolve();
          else this.unready(fromRecord(message.error), resolve, reject);
          // An unready one takes requests too: a voice that is missing now may be there for them, and if not, it says
          // so.
          seat.ready = true;
          this.failedStarts = 0;
          for (const task of this.waiting.splice(0)) this.assign(task);
        }
      });
    });
  }

  /** A damaged voice that nobody named must not keep the others from speaking; anything else stops the start. */
  private unready(error: LangduError, resolve: () => void, reject: (error: LangduError) => void): void {
    if (error.code !== 'voice_broken' || this.options.defaultVoice !== undefined) {
      reject(error);
      return;
    }
    this.options.onVoiceBroken?.(error);
    resolve();
  }

  private receive(seat: Seat, message: Extract<FromWorker, { readonly id: number }>): void {
    const task = seat.tasks.get(message.id);
    if (task === undefined) return;
    if (message.type === 'piece') {
      if (task.skip > 0) {
        task.skip -= 1;
        return;
      }
      task.received += 1;
      const { type: _, id: __, ...piece } = message;
      task.pieces.push(piece);
      return;
    }
    seat.tasks.delete(task.id);
    if (message.type === 'failed') task.pieces.fail(fromRecord(message.error));
    else {
      task.onDone(message.busyMs, message.soundMs);
      task.pieces.finish();
    }
  }

  private assign(task: Task): void {
    const ready = this.seats.filter((seat) => seat.ready);
    if (ready.length === 0) {
      this.waiting.push(task);
      // After too many failed starts none is under way: a request is reason to try once more.
      if (this.seats.length === 0) this.start().catch(() => undefined);
      return;
    }
    const seat = ready.reduce((least, each) => (load(each) < load(least) ? each : least));
    seat.tasks.set(task.id, task);
    const { id, utterance, lane, inMs } = task;
    seat.worker.postMessage({ type: 'utter', id, utterance, lane, inMs } satisfies ToWorker);
  }

  private lost(seat: Seat, cause: unknown): void {
    this.seats = this.seats.filter((each) => each !== seat);
    if (this.closing) return;
    this.options.onWorkerLost?.(cause);
    if (!seat.ready) this.failedStarts += 1;
    const orphans = [...seat.tasks.values()];
    if (this.failedStarts < STARTS_IN_A_ROW) this.start().catch(() => undefined);
    else if (this.seats.length === 0) orphans.push(...this.waiting.splice(0));
    for (const task of orphans) {
      if (seat.turn.includes(task.id)) task.losses += 1;
      if (task.losses > MOST_LOSSES || (this.seats.length === 0 && this.failedStarts >= STARTS_IN_A_ROW)) {
        task.pieces.fail(new LangduError('worker_lost', {}, cause));
        continue;
      }
      task.skip = task.received;
      this.assign(task);
    }
  }

  /** The reader is gone, or the work is done: nothing of the task stays behind. */
  private drop(task: Task): void {
    this.waiting = this.waiting.filter((each) => each !== task);
    for (const seat of this.seats) {
      if (!seat.tasks.delete(task.id)) continue;
      seat.worker.postMessage({ type: 'cancel', id: task.id } satisfies ToWorker);
    }
  }
}

/** Symbols that a worker has to speak. */
function load(seat: Seat): number {
  let symbols = 0;
  for (const { utterance } of seat.tasks.values()) symbols += utterance.input.length;
  return symbols;
}
