import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { LangduError } from '../../errors.ts';
import type { Claim, JobCounts, JobDriver, JobQuery } from '../driver.ts';
import { type Job, type JobRequest, type JobState, jobStates } from '../job.ts';
import { News } from '../news.ts';
import { placementOf } from '../placement.ts';
import { claim } from '../transitions.ts';
import { openDatabase } from './database.ts';
import { Lease, type LeaseOptions } from './lease.ts';
import { type Row, Statements } from './statements.ts';

export interface EmbeddedOptions {
  readonly folder: string;
  /** How long a lease lasts that is not renewed, in milliseconds: so long waits a job whose process has vanished. */
  readonly leaseMs: number;
  /** How often in a row a job may be lost or fail. */
  readonly tries: number;
  /** How long a job that has ended is kept, in milliseconds; 0 is for ever. */
  readonly keepMs: number;
}

/** How often an idle process looks for jobs that another process has accepted or lost. */
const LOOK_MS = 200;
const DUE_AT_ONCE = 100;

/** Jobs in SQLite: for one machine, any number of processes. Throws `storage_failed` when the folder cannot be used. */
export function openEmbedded(options: EmbeddedOptions): JobDriver {
  return new EmbeddedDriver(openDatabase(options.folder), options);
}

class EmbeddedDriver implements JobDriver {
  readonly #database: DatabaseSyncInstance;
  readonly #options: EmbeddedOptions;
  readonly #news = new News();
  readonly #sql: Statements;

  constructor(database: DatabaseSyncInstance, options: EmbeddedOptions) {
    this.#database = database;
    this.#sql = new Statements(database);
    this.#options = options;
  }

  async insert(job: Job, request: JobRequest, most: number): Promise<{ job: Job; created: boolean }> {
    const packed = await promisify(gzip)(JSON.stringify(request), { level: 1 });
    const inserted = await this.#sql.transact(() => {
      const taken = job.key === undefined ? undefined : this.#keyed(job.caller, job.key.text);
      if (taken !== undefined) return { job: taken, created: false };
      const unfinished = this.#sql.row('SELECT count(*) AS n FROM jobs WHERE caller = ? AND open', job.caller)!
        .n as number;
      if (unfinished >= most) throw new LangduError('jobs_full', { limit: most, retryAfter: 60 });
      const { readyAt, wakeAt } = placementOf(job, this.#options.keepMs);
      this.#sql.run(
        `INSERT INTO jobs (id, caller, key, priority, state, ready_at, wake_at, waiting_since, job, request)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[job.id, job.caller, job.key?.text ?? null, job.priority, job.state, readyAt ?? null, wakeAt ?? null],
        ...[job.createdAt, JSON.stringify(job), packed],
      );
      return { job, created: true };
    }, true);
    this.#news.tell();
    return inserted;
  }

  async get(id: string): Promise<Job | undefined> {
    const row = this.#sql.row('SELECT job FROM jobs WHERE id = ?', id);
    return row === undefined ? undefined : parse(row);
  }

  async keyed(caller: string, key: string): Promise<Job | undefined> {
    return this.#keyed(caller, key);
  }

  async request(id: string): Promise<JobRequest | undefined> {
    const row = this.#sql.row('SELECT request FROM jobs WHERE id = ?', id);
    if (row === undefined) return undefined;
    return JSON.parse((await promisify(gunzip)(row.request as Uint8Array)).toString('utf8')) as JobRequest;
  }

  async list({ caller, state, limit, before }: JobQuery): Promise<readonly Job[]> {
    const rows = this.#sql.rows(
      `SELECT job FROM jobs
       WHERE (?1 IS NULL OR caller = ?1) AND (?2 IS NULL OR state = ?2)
         AND (?3 IS NULL OR seq < (SELECT seq FROM jobs WHERE id = ?3))
       ORDER BY seq DESC LIMIT ?4`,
      ...[caller ?? null, state ?? null, before ?? null, limit],
    );
    return rows.map(parse);
  }

  async update(id: string, change: (job: Job) => Job | undefined, lasting = false): Promise<Job | undefined> {
    const changed = await this.#sql.transact(() => {
      const row = this.#sql.row('SELECT job FROM jobs WHERE id = ?', id);
      const next = row === undefined ? undefined : change(parse(row));
      if (next !== undefined) this.#save(next);
      return next;
    }, lasting);
    if (changed?.state === 'queued') this.#news.tell();
    return changed;
  }

  async claim(signal: AbortSignal): Promise<Claim | undefined> {
    while (!signal.aborted) {
      const job = await this.#take();
      if (job?.token !== undefined) {
        return new Lease(job, job.token, this.#lease);
      }
      if (job === undefined) await this.#news.wait(LOOK_MS, signal);
    }
    return undefined;
  }

  async due(now: number): Promise<readonly string[]> {
    return this.#sql
      .rows('SELECT id FROM jobs WHERE wake_at <= ? ORDER BY wake_at LIMIT ?', now, DUE_AT_ONCE)
      .map(({ id }) => id as string);
  }

  async remove(id: string): Promise<void> {
    await this.#sql.transact(() => this.#sql.run('DELETE FROM jobs WHERE id = ?', id));
  }

  async counts(): Promise<JobCounts> {
    const states = Object.fromEntries(jobStates.map((state) => [state, 0])) as Record<JobState, number>;
    for (const { state, count } of this.#sql.rows('SELECT state, count(*) AS count FROM jobs GROUP BY state')) {
      states[state as JobState] = count as number;
    }
    const since = this.#sql.row('SELECT min(waiting_since) AS since FROM jobs')?.since as number | null | undefined;
    return { states, queueSeconds: since == null ? 0 : Math.max(0, (Date.now() - since) / 1000) };
  }

  async close(): Promise<void> {
    this.#news.tell();
    if (this.#database.isOpen) this.#database.close();
  }

  #keyed(caller: string, key: string): Job | undefined {
    const row = this.#sql.row('SELECT job FROM jobs WHERE caller = ? AND key = ?', caller, key);
    return row === undefined ? undefined : parse(row);
  }

  /**
   * Takes the next job, if there is one. A job whose holder was lost once too often is ended instead, and given without
   * a token.
   */
  async #take(): Promise<Job | undefined> {
    // Looked at without a transaction first: an idle process must not keep others from writing.
    if (this.#next(Date.now()) === undefined) return undefined;
    return this.#sql.transact(() => {
      const now = Date.now();
      const row = this.#next(now);
      if (row === undefined) return undefined;
      const job = claim(parse(row), randomUUID(), this.#options.tries, now);
      if (job === undefined) throw new Error('a job that is queued or running could not be claimed');
      this.#save(job, now + this.#options.leaseMs);
      if (job.state === 'running') this.#begin(job.caller);
      return job;
    });
  }

  /** Whose holder is lost; or the best job of the caller who was given least. */
  #next(now: number): Row | undefined {
    const lost = this.#sql.row('SELECT job FROM jobs WHERE lease_until < ? ORDER BY lease_until LIMIT 1', now);
    if (lost !== undefined) return lost;
    const caller = this.#sql.row(
      `SELECT waiting.caller FROM (SELECT DISTINCT caller FROM jobs WHERE ready_at <= ?) AS waiting
       LEFT JOIN callers USING (caller), clock
       ORDER BY max(coalesce(callers.served, 0), clock.now), waiting.caller LIMIT 1`,
      now,
    )?.caller as string | undefined;
    if (caller === undefined) return undefined;
    return this.#sql.row(
      'SELECT job FROM jobs WHERE caller = ? AND ready_at <= ? ORDER BY priority DESC, seq LIMIT 1',
      ...[caller, now],
    );
  }

  /** Start-time fair queuing: who was away begins where the others are, so that nobody saves up turns. */
  #begin(caller: string): void {
    const { now } = this.#sql.row('SELECT now FROM clock') as { now: number };
    const served = this.#sql.row('SELECT served FROM callers WHERE caller = ?', caller)?.served as number | undefined;
    const begins = Math.max(served ?? 0, now);
    this.#sql.run('UPDATE clock SET now = ?', begins);
    // Charged with one sentence at once, so that a caller who is given several jobs at a time has them counted.
    this.#sql.run(
      'INSERT INTO callers VALUES (?, ?) ON CONFLICT (caller) DO UPDATE SET served = excluded.served',
      ...[caller, begins + 1],
    );
  }

  #save(job: Job, leaseUntil?: number): void {
    const { readyAt, wakeAt } = placementOf(job, this.#options.keepMs);
    const running = job.state === 'running';
    this.#sql.run(
      `UPDATE jobs SET state = ?, ready_at = ?, wake_at = ?, token = ?, job = ?, waiting_since = ?,
         lease_until = CASE WHEN ? THEN coalesce(?, lease_until) END WHERE id = ?`,
      ...[job.state, readyAt ?? null, wakeAt ?? null, job.token ?? null, JSON.stringify(job)],
      ...[job.state === 'queued' && job.startedAt === undefined ? job.createdAt : null],
      ...[running ? 1 : 0, leaseUntil ?? null, job.id],
    );
  }

  get #lease(): LeaseOptions {
    return {
      ms: this.#options.leaseMs,
      renew: (id: string, token: string): Promise<boolean> =>
        this.#sql.transact(() => {
          const until = Date.now() + this.#options.leaseMs;
          return this.#sql.run('UPDATE jobs SET lease_until = ? WHERE id = ? AND token = ?', until, id, token) > 0;
        }),
      ended: async (caller: string, sentences: number): Promise<void> => {
        if (sentences <= 1) return;
        await this.#sql.transact(() =>
          this.#sql.run('UPDATE callers SET served = served + ? WHERE caller = ?', sentences - 1, caller),
        );
      },
    };
  }
}

function parse(row: Row): Job {
  return JSON.parse(row.job as string) as Job;
}
