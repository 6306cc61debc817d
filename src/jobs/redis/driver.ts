import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { LangduError } from '../../errors.ts';
import type { Claim, JobCounts, JobDriver, JobQuery } from '../driver.ts';
import { type Job, type JobRequest, type JobState, jobStates } from '../job.ts';
import { News } from '../news.ts';
import { placementOf } from '../placement.ts';
import { claim, turnOver } from '../transitions.ts';
import { commandConnection, connected, waitingConnection } from './connection.ts';
import { TicketLease } from './lease.ts';
import { PREFIX, scripts } from './scripts.ts';
import { type HeldTicket, Tickets } from './tickets.ts';

export interface RedisOptions {
  /** `redis://…` */
  readonly url: string;
  /** As with the embedded driver. */
  readonly leaseMs: number;
  readonly tries: number;
  readonly keepMs: number;
}

type Script = keyof typeof scripts;
type Value = string | number | Buffer;
type Scripted = Redis & Record<`langdu_${Script}`, (...values: Value[]) => Promise<unknown>>;

const MEND_MS = 5000;
const PAGE = 100;
const key = (name: string): string => `${PREFIX}:${name}`;

/** Jobs in Redis: any number of processes on any number of machines. Starts without Redis too, and waits for it. */
export async function openRedis(options: RedisOptions): Promise<JobDriver> {
  const redis = commandConnection(options.url) as Scripted;
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(`langdu_${name}`, { numberOfKeys: 0, lua });
  await connected(redis);
  return new RedisDriver(redis, options);
}

class RedisDriver implements JobDriver {
  readonly #redis: Scripted;
  readonly #options: RedisOptions;
  readonly #waiting: Redis;
  readonly #tickets: Tickets;
  readonly #news = new News();
  #mended = 0;
  #closed = false;

  constructor(redis: Scripted, options: RedisOptions) {
    this.#redis = redis;
    this.#options = options;
    this.#waiting = waitingConnection(options.url);
    this.#tickets = new Tickets(redis, this.#waiting, options.leaseMs);
  }

  async insert(job: Job, request: JobRequest, most: number): Promise<{ job: Job; created: boolean }> {
    const packed = await promisify(gzip)(JSON.stringify(request), { level: 1 });
    const { readyAt, wakeAt } = placementOf(job, this.#options.keepMs);
    const [outcome, taken] = (await this.#run(
      'insert',
      ...[job.id, job.caller, job.key?.text ?? '', most, JSON.stringify(job), packed, job.priority],
      ...[readyAt ?? '', wakeAt ?? '', job.createdAt, Date.now()],
    )) as [number, string?];
    if (outcome === -1) throw new LangduError('jobs_full', { limit: most, retryAfter: 60 });
    if (outcome === 0) return { job: JSON.parse(taken!) as Job, created: false };
    await this.#addTicket(0);
    return { job, created: true };
  }

  async get(id: string): Promise<Job | undefined> {
    const job = await reaching(() => this.#redis.hget(key(`job:${id}`), 'job'));
    return job === null ? undefined : (JSON.parse(job) as Job);
  }

  async keyed(caller: string, text: string): Promise<Job | undefined> {
    const id = await reaching(() => this.#redis.hget(key(`keys:${caller}`), text));
    return id === null ? undefined : this.get(id);
  }

  async request(id: string): Promise<JobRequest | undefined> {
    const packed = await reaching(() => this.#redis.getBuffer(key(`request:${id}`)));
    return packed === null ? undefined : (JSON.parse((await promisify(gunzip)(packed)).toString('utf8')) as JobRequest);
  }

  async list({ caller, state, limit, before }: JobQuery): Promise<readonly Job[]> {
    const index = key(caller === undefined ? 'all' : `of:${caller}`);
    let below = before === undefined ? '+inf' : `(${(await this.#hash(before, 'seq')) ?? '0'}`;
    const found: Job[] = [];
    while (found.length < limit) {
      const page = await reaching(() => this.#redis.zrevrangebyscore(index, below, '-inf', 'LIMIT', 0, PAGE));
      if (page.length === 0) break;
      const jobs = await Promise.all(page.map((id) => this.get(id)));
      found.push(...(jobs.filter((job) => job !== undefined && (state === undefined || job.state === state)) as Job[]));
      below = `(${(await this.#hash(page.at(-1)!, 'seq')) ?? '0'}`;
    }
    return found.slice(0, limit);
  }

  async update(id: string, change: (job: Job) => Job | undefined): Promise<Job | undefined> {
    for (;;) {
      const [job, version] = await reaching(() => this.#redis.hmget(key(`job:${id}`), 'job', 'version'));
      if (job == null || version == null) return undefined;
      const next = change(JSON.parse(job) as Job);
      if (next === undefined) return undefined;
      const { readyAt, wakeAt } = placementOf(next, this.#options.keepMs);
      const waitingSince = next.state === 'queued' && next.startedAt === undefined ? next.createdAt : '';
      const saved = await this.#run(
        'save',
        ...[id, version, JSON.stringify(next), next.state, readyAt ?? '', wakeAt ?? '', waitingSince, Date.now()],
      );
      if (saved !== 1) continue; // somebody was faster
      if (next.state === 'queued') await this.#addTicket(Math.max(0, (next.notBefore ?? 0) - Date.now()));
      return next;
    }
  }

  async claim(signal: AbortSignal): Promise<Claim | undefined> {
    // BullMQ waits on its own connection and cannot be told to stop: whoever stops leaves it waiting, until close().
    let stop = (): void => undefined;
    const stopped = new Promise<undefined>((resolve) => {
      stop = () => resolve(undefined);
    });
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted && !this.#closed) {
        await this.#mend();
        const ticket = await Promise.race([reaching(() => this.#tickets.next()), stopped]);
        const claimed = ticket === undefined ? undefined : await this.#redeem(ticket);
        if (claimed !== undefined) return claimed;
        // Without a connection BullMQ does not wait: neither may we turn for nothing.
        if (ticket === undefined && this.#redis.status !== 'ready') await this.#news.wait(200, signal);
      }
      return undefined;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async due(now: number): Promise<readonly string[]> {
    return reaching(() => this.#redis.zrangebyscore(key('wakes'), 0, now, 'LIMIT', 0, PAGE));
  }

  async remove(id: string): Promise<void> {
    await this.#run('remove', id);
  }

  async counts(): Promise<JobCounts> {
    const [counts, oldest] = await reaching(() =>
      Promise.all([this.#redis.hgetall(key('counts')), this.#redis.zrange(key('waiting'), 0, '0', 'WITHSCORES')]),
    );
    const states = jobStates.map((state) => [state, Number(counts[state] ?? 0)]);
    const since = oldest[1];
    return {
      states: Object.fromEntries(states) as Record<JobState, number>,
      queueSeconds: since === undefined ? 0 : Math.max(0, (Date.now() - Number(since)) / 1000),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#news.tell();
    await this.#tickets.close().catch(() => undefined);
    this.#waiting.disconnect();
    this.#redis.disconnect();
  }

  /** What the ticket is good for, if anything. */
  async #redeem(ticket: HeldTicket): Promise<Claim | undefined> {
    const id = (await this.#run('take', ticket.id, Date.now())) as string | null;
    const job =
      id === null
        ? undefined
        : await this.update(id, (one) => claim(one, ticket.token, this.#options.tries, Date.now()));
    const end = async (sentences: number): Promise<void> => {
      if (job === undefined) {
        await reaching(() => this.#redis.hdel(key('tickets'), ticket.id));
      } else {
        const used = await this.#run('ended', ticket.id, job.id, job.caller, Math.max(0, sentences - 1));
        if (used !== 1) return;
      }
      await ticket.done();
    };
    if (job?.state === 'running') return new TicketLease(job, ticket, this.#options.leaseMs, end);
    await end(0);
    return undefined;
  }

  /** A ready job without a ticket, or a taken one whose ticket is gone: left by a death between two steps. */
  async #mend(): Promise<void> {
    if (Date.now() - this.#mended < MEND_MS) return;
    this.#mended = Date.now();
    const [queued, tickets] = await reaching(() =>
      Promise.all([this.#redis.hget(key('counts'), 'queued'), this.#tickets.waiting()]),
    );
    const missing = Math.min(Number(queued ?? 0) - tickets, 1000);
    if (missing > 0) await this.#tickets.add(missing);
    for (const id of await reaching(() => this.#redis.smembers(key('taken')))) {
      const ticket = await this.#hash(id, 'ticket');
      if (ticket !== null && (await reaching(() => this.#tickets.exists(ticket)))) continue;
      await this.update(id, (job) => (job.state === 'running' ? turnOver(job, job.token!) : job));
    }
  }

  /** Without a ticket the job is accepted all the same: #mend adds what is missing. */
  async #addTicket(delay: number): Promise<void> {
    await this.#tickets.add(1, delay).catch(() => undefined);
  }

  #hash(id: string, field: string): Promise<string | null> {
    return reaching(() => this.#redis.hget(key(`job:${id}`), field));
  }

  #run(script: Script, ...values: Value[]): Promise<unknown> {
    return reaching(() => this.#redis[`langdu_${script}` as const](...values));
  }
}

/** Gone, slow or paused: the jobs are there, and cannot be reached now. */
async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LangduError ? error : new LangduError('jobs_unavailable', { retryAfter: 5 }, error);
  }
}
