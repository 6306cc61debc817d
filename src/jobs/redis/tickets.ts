import { randomUUID } from 'node:crypto';
import { Queue, type Job as Ticket, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { settled } from '../../settled.ts';
import { COMMAND_TIMEOUT_MS } from './connection.ts';
import { PREFIX } from './scripts.ts';

const QUEUE = 'turns';
/** A ticket may be lost with any number of processes: jobs count their own losses. */
const ALWAYS = 1_000_000_000;
/** How long to wait for a ticket before looking whether all is well. */
const BLOCK_SECONDS = 2;

export interface HeldTicket {
  readonly id: string;
  readonly token: string;
  /** False when it is somebody else's by now. */
  renew(): Promise<boolean>;
  /** Used up: now, or when Redis is back. One that is lost by then is somebody's who finds nothing to do. */
  done(): Promise<void>;
}

/**
 * BullMQ's part: a ticket is the right to take one turn of whatever job is next. It is waited for, locked for as long
 * as its holder lives, and given to somebody else when the holder vanishes. There are at least as many as there are
 * jobs that are ready; one too many finds nothing to do and is used up.
 */
export class Tickets {
  readonly #queue: Queue;
  readonly #connection: Redis;
  readonly #leaseMs: number;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param waiting makes the connection on which this process waits, when it does */
  constructor(commands: Redis, waiting: Redis, leaseMs: number) {
    this.#queue = new Queue(QUEUE, {
      connection: commands,
      prefix: PREFIX,
      skipVersionCheck: true,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    this.#queue.on('error', () => undefined);
    this.#connection = waiting;
    this.#leaseMs = leaseMs;
  }

  /** @param delay in milliseconds */
  async add(count: number, delay = 0): Promise<void> {
    await this.#queue.addBulk(Array.from({ length: count }, () => ({ name: 'turn', data: {}, opts: { delay } })));
  }

  /** Tickets that wait to be taken, those that are delayed too. */
  async waiting(): Promise<number> {
    return this.#queue.getJobCountByTypes('waiting', 'delayed', 'prioritized');
  }

  async exists(id: string): Promise<boolean> {
    return (await this.#queue.getJob(id)) !== undefined;
  }

  /** Waits for a ticket for a while. One waits at a time: BullMQ has one connection to wait on. */
  next(): Promise<HeldTicket | undefined> {
    const next = this.#last.then(() => this.#next());
    this.#last = next.catch(() => undefined);
    return next;
  }

  async close(): Promise<void> {
    // Forced: it may be waiting for a ticket, or for Redis to come back, and no ticket is in its hands.
    await this.#worker?.close(true);
    await this.#queue.close();
  }

  async #next(): Promise<HeldTicket | undefined> {
    this.#worker ??= await this.#open();
    const token = randomUUID();
    const ticket = (await this.#worker.getNextJob(token)) as Ticket | undefined;
    if (ticket?.id === undefined) return undefined;
    const { id } = ticket;
    return {
      id,
      token,
      renew: async () => Boolean(await ticket.extendLock(token, this.#leaseMs).catch(isLost)),
      // It stays asked, on the connection that waits for Redis for ever; whoever stops must not wait for that.
      done: async () => {
        await settled(ticket.moveToCompleted('', token, false), COMMAND_TIMEOUT_MS);
      },
    };
  }

  async #open(): Promise<Worker> {
    const worker = new Worker(QUEUE, null, {
      connection: this.#connection,
      prefix: PREFIX,
      skipVersionCheck: true,
      autorun: false,
      lockDuration: this.#leaseMs,
      stalledInterval: this.#leaseMs / 2,
      maxStalledCount: ALWAYS,
      drainDelay: BLOCK_SECONDS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    worker.on('error', () => undefined);
    await worker.startStalledCheckTimer();
    return worker;
  }
}

/** The lock is not ours; anything else may pass. */
function isLost(error: unknown): number {
  if (error instanceof Error && /lock/i.test(error.message)) return 0;
  throw error;
}
