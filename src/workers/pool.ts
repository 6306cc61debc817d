import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { asLangduError, type ErrorRecord, fromRecord, LangduError } from '../errors.ts';
import { LocalSpeaker } from '../local-speaker.ts';
import type {
  ExplainRequest,
  OutlinedSentence,
  Speaker,
  SpeakOptions,
  SpeechChunk,
  SpeechRequest,
  VoiceSummary,
} from '../speech.ts';
import type { Explanation } from '../text/explanation.ts';
import { listVoices } from '../voice/registry.ts';
import { summarise } from '../voice/summary.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './protocol.ts';

export interface PoolOptions {
  /** Folder of the voice packages. */
  readonly voices: string;
  readonly defaultVoice?: string | undefined;
  /** Threads. */
  readonly workers: number;
  /** The voice that would be the default cannot be loaded; the workers start without. */
  readonly onVoiceBroken?: (error: LangduError) => void;
  /** A worker was lost; it is being replaced. */
  readonly onWorkerLost?: (cause: unknown) => void;
}

interface Seat {
  readonly worker: Worker;
  readonly tasks: Map<number, Task>;
  ready: boolean;
}

interface Task {
  readonly id: number;
  readonly request: SpeechRequest;
  readonly fromSentence: number | undefined;
  readonly queue: ChunkQueue;
  /** Pieces the reader has been given: a second run of the same request yields the same ones, and skips them. */
  delivered: number;
  skip: number;
  retried: boolean;
}

/** How long a worker may take over the piece it is making before it is left behind. */
const LEAVE_MS = 2500;

/**
 * Asks a worker to end. It is never terminated: that interrupts ONNX Runtime inside a call, whose exception then ends
 * the whole process.
 */
async function leave(seat: Seat): Promise<void> {
  const gone = new Promise<void>((resolve) => seat.worker.once('exit', () => resolve()));
  seat.worker.postMessage({ type: 'close' } satisfies ToWorker);
  const enough = new AbortController();
  await Promise.race([gone, delay(LEAVE_MS, undefined, { signal: enough.signal, ref: true }).catch(() => undefined)]);
  enough.abort();
  seat.worker.unref();
}

/** A worker that cannot even start is not restarted for ever. */
const STARTS_IN_A_ROW = 3;

/**
 * `synthesize` behind worker threads, with the same signature. Each request goes to the worker with the fewest; when a
 * worker dies it is replaced, and its requests start once more elsewhere: they are deterministic, so the reader notices
 * nothing but the wait. A second loss ends the request with `worker_lost`.
 */
export class WorkerPool implements Speaker {
  private readonly options: PoolOptions;
  private readonly outliner: LocalSpeaker;
  private seats: Seat[] = [];
  private waiting: Task[] = [];
  private nextId = 1;
  private failedStarts = 0;
  private closing = false;

  private constructor(options: PoolOptions) {
    this.options = options;
    this.outliner = new LocalSpeaker(options.voices, options.defaultVoice);
  }

  /** Resolves when every worker has its default voice loaded. Throws what kept a worker from that. */
  static async open(options: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.start()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  voices(): readonly VoiceSummary[] {
    // Listing needs no voice loaded: this thread stays without the engine and the text stage.
    return listVoices(this.options.voices).map((voice) => summarise(voice.manifest));
  }

  /** Thread ids of the living workers. */
  get threads(): readonly number[] {
    return this.seats.map((seat) => seat.worker.threadId);
  }

  async *speak(request: SpeechRequest, options: SpeakOptions = {}): AsyncGenerator<SpeechChunk> {
    const { signal, fromSentence } = options;
    if (this.closing) throw new LangduError('shutting_down');
    const task: Task = {
      id: this.nextId++,
      request,
      fromSentence,
      queue: new ChunkQueue(),
      delivered: 0,
      skip: 0,
      retried: false,
    };
    const abort = () => task.queue.fail(new LangduError('cancelled'));
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    else this.assign(task);
    try {
      for await (const chunk of task.queue) {
        task.delivered += 1;
        this.tell(task, { type: 'taken', id: task.id });
        yield chunk;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      this.drop(task);
    }
  }

  async *outline(request: SpeechRequest): AsyncGenerator<OutlinedSentence> {
    yield* this.outliner.outline(request);
  }

  explain(request: ExplainRequest): Promise<Explanation> {
    return this.outliner.explain(request);
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const task of [...this.waiting, ...this.seats.flatMap((seat) => [...seat.tasks.values()])]) {
      task.queue.fail(new LangduError('shutting_down'));
    }
    await Promise.all(this.seats.map(leave));
  }

  private start(): Promise<void> {
    const data: WorkerOptions = { voices: this.options.voices, defaultVoice: this.options.defaultVoice };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: data });
    const seat: Seat = { worker, tasks: new Map(), ready: false };
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
        if (message.type !== 'ready' && message.type !== 'unready') {
          this.receive(seat, message);
          return;
        }
        if (message.type === 'ready') resolve();
        else this.unready(fromRecord(message.error), resolve, reject);
        // An unready one takes requests too: a voice that is missing now may be there for them, and if not, it says so.
        seat.ready = true;
        this.failedStarts = 0;
        for (const task of this.waiting.splice(0)) this.assign(task);
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
    if (message.type === 'chunk') {
      if (task.skip === 0) {
        task.queue.push(message.chunk);
      } else {
        task.skip -= 1;
        this.tell(task, { type: 'taken', id: task.id });
      }
      return;
    }
    seat.tasks.delete(task.id);
    if (message.type === 'done') task.queue.finish();
    else task.queue.fail(fromRecord(message.error satisfies ErrorRecord));
  }

  private assign(task: Task): void {
    const ready = this.seats.filter((seat) => seat.ready);
    if (ready.length === 0) {
      this.waiting.push(task);
      // After too many failed starts none is under way: a request is reason to try once more.
      if (this.seats.length === 0) this.start().catch(() => undefined);
      return;
    }
    const seat = ready.reduce((least, each) => (each.tasks.size < least.tasks.size ? each : least));
    seat.tasks.set(task.id, task);
    const { id, request, fromSentence } = task;
    seat.worker.postMessage({ type: 'speak', id, request, fromSentence } satisfies ToWorker);
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
      if (task.retried || (this.seats.length === 0 && this.failedStarts >= STARTS_IN_A_ROW)) {
        task.queue.fail(new LangduError('worker_lost', {}, cause));
        continue;
      }
      task.retried = true;
      task.skip = task.delivered + task.queue.length;
      this.assign(task);
    }
  }

  /** The reader is gone, or the work is done: nothing of the task stays behind. */
  private drop(task: Task): void {
    this.waiting = this.waiting.filter((each) => each !== task);
    this.tell(task, { type: 'cancel', id: task.id });
    for (const seat of this.seats) seat.tasks.delete(task.id);
  }

  private tell(task: Task, message: ToWorker): void {
    this.seats.find((seat) => seat.tasks.has(task.id))?.worker.postMessage(message);
  }
}
