import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { LangduError } from '../../errors.ts';
import { transact } from './database.ts';

export type Value = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, unknown>>;

/** A database by its SQL, each statement prepared once. Throws `jobs_unavailable` when it cannot be reached. */
export class Statements {
  readonly #database: DatabaseSyncInstance;
  readonly #prepared = new Map<string, StatementSyncInstance>();

  constructor(database: DatabaseSyncInstance) {
    this.#database = database;
  }

  async transact<T>(work: () => T, lasting = false): Promise<T> {
    try {
      return await transact(this.#database, work, lasting);
    } catch (error) {
      throw unreachable(error);
    }
  }

  row(sql: string, ...values: Value[]): Row | undefined {
    return reaching(() => this.#statement(sql).get(...values) as Row | undefined);
  }

  rows(sql: string, ...values: Value[]): Row[] {
    return reaching(() => this.#statement(sql).all(...values) as Row[]);
  }

  /** Rows changed. In a transaction: it alone waits for others that write. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  #statement(sql: string): StatementSyncInstance {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}

function reaching<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unreachable(error);
  }
}

/** Disk full, locked for too long, closed: the jobs are there, and cannot be reached now. */
function unreachable(error: unknown): LangduError {
  return error instanceof LangduError ? error : new LangduError('jobs_unavailable', { retryAfter: 5 }, error);
}
