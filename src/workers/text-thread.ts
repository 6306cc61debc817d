import type { Worker } from 'node:worker_threads';
import { asLangduError, fromRecord, LangduError } from '../errors.ts';
import type { Analysed } from '../text/analyse.ts';
import type { Explanation } from '../text/explanation.ts';
import { Mailbox } from './mailbox.ts';
import type { FromTextWorker, Reading, TextWorkerOptions, ToTextWorker } from './protocol.ts';
import { leave, STARTS_IN_A_ROW, startThread } from './thread.ts';

export interface TextThreadOptions {
  /** The server's own lexicon, as a file has it. */
  readonly lexicon?: string | undefined;
  readonly onLost?: ((cause: unknown) => void) | undefined;
}

type Answer = Exclude<FromTextWorker, { readonly type: 'ready' | 'failed' }>;

interface Reader {
  /** What it asked for, to ask again. */
  readonly question: Extract<ToTextWorker, { readonly reading: Reading }>;
  readonly answers: Mailbox<Answer>;
  /** Answers received: what a new thread, which reads the same, must repeat unheard. */
  received: number;
  skip: number;
  retried: boolean;
}

/**
 * Reads text on a thread of its own. When that is lost another one takes over, and who was reading goes on where it
 * was: the same text gives the same sentences.
 */
export class TextThread {
  /** Resolves when the thread has its dictionaries. Rejects with what keeps it from starting, after some tries. */
  readonly ready: Promise<void>;
  private readonly options: TextThreadOptions;
  private readonly readers = new Map<number, Reader>();
  private settle: { resolve: () => void; reject: (error: LangduError) => void } | undefined;
  /** None when it could not be started. */
  private worker: Worker | undefined;
  private started = false;
  private failedStarts = 0;
  private nextId = 1;
  private closing = false;

  constructor(options: TextThreadOptions = {}) {
    this.options = options;
    this.ready = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Whoever waits for it hears of a failure; it is nobody's duty.
    this.ready.catch(() => undefined);
    this.start();
  }

  /** The sentences of a text in order, as they are asked for. */
  async *sentences(reading: Reading): AsyncGenerator<Analysed> {
    const id = this.nextId++;
    const more = () => this.tell({ type: 'more', id });
    let isFirst = true;
    for await (const answer of this.ask({ type: 'read', id, reading })) {
      if (answer.type !== 'sentences') continue;
      const { sentences, last } = answer;
      // The next ones are read while these are spoken; behind the first not before they are asked for, as somebody
      // waits for its sound.
      if (!isFirst && !last) more();
      yield* sentences;
      if (last) return;
      if (isFirst) more();
      isFirst = false;
    }
  }

  async explain(reading: Reading): Promise<Explanation> {
    for await (const answer of this.ask({ type: 'explain', id: this.nextId++, reading })) {
      if (answer.type === 'explained') return answer.explanation;
    }
    throw new LangduError('worker_lost');
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const { answers } of this.readers.values()) answers.fail(new LangduError('shutting_down'));
    if (this.worker !== undefined) await leave(this.worker);
  }

  private async *ask(question: Reader['question']): AsyncGenerator<Answer> {
    if (this.closing) throw new LangduError('shutting_down');
    const { id } = question;
    const reader: Reader = { question, answers: new Mailbox(), received: 0, skip: 0, retried: false };
    this.readers.set(id, reader);
    // After too many failed starts: a request is reason to try once more.
    if (this.worker === undefined) this.start();
    this.tell(question);
    try {
      yield* reader.answers;
    } finally {
      this.readers.delete(id);
      this.tell({ type: 'leave', id });
    }
  }

  private start(): void {
    const worker = startThread('text-worker', { lexicon: this.options.lexicon } satisfies TextWorkerOptions);
    let cause: unknown;
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', (code) => this.lost(cause ?? new Error(`text thread exited with ${code}`)));
    worker.on('message', (message: FromTextWorker) => {
      if (message.type !== 'ready') {
        this.receive(message);
        return;
      }
      this.started = true;
      this.failedStarts = 0;
      this.settle?.resolve();
    });
    this.worker = worker;
    this.started = false;
  }

  private receive(message: Exclude<FromTextWorker, { readonly type: 'ready' }>): void {
    const reader = this.readers.get(message.id);
    if (reader === undefined) return;
    if (message.type === 'failed') {
      reader.answers.fail(fromRecord(message.error));
    } else if (reader.skip > 0) {
      reader.skip -= 1;
      this.tell({ type: 'more', id: message.id });
    } else {
      reader.received += 1;
      reader.answers.push(message);
    }
  }

  private lost(cause: unknown): void {
    if (this.closing) return;
    this.options.onLost?.(cause);
    if (!this.started) this.failedStarts += 1;
    if (this.failedStarts >= STARTS_IN_A_ROW) {
      this.worker = undefined;
      this.settle?.reject(asLangduError(cause));
      for (const { answers } of this.readers.values()) answers.fail(new LangduError('worker_lost', {}, cause));
      return;
    }
    this.start();
    for (const reader of this.readers.values()) {
      if (reader.retried) {
        // This text may be what the thread cannot bear.
        reader.answers.fail(new LangduError('worker_lost', {}, cause));
        continue;
      }
      reader.retried = true;
      reader.skip = reader.received;
      this.tell(reader.question);
    }
  }

  private tell(message: ToTextWorker): void {
    this.worker?.postMessage(message);
  }
}
