import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { LangduError } from '../../errors.ts';

/** Incremented with every change of the tables; a newer one than ours is refused. */
const VERSION = 1;

/** How long a change waits for other processes' changes before it is given up. */
const PATIENCE_MS = 10_000;
/** So much of it in SQLite, where the thread sleeps and the server with it: enough for a change that is nearly done. */
const BUSY_MS = 5;
/** Longest between two tries, so that who waits has its turn among others that write without a pause. */
const AGAIN_MS = 20;

/**
 * The job itself is one JSON document; beside it stands what is searched for. `ready_at`, `wake_at`: placement.ts.
 * `callers.served`: what each caller was given, in sentences; `clock.now`: where a caller that was away begins.
 */
const TABLES = `
  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    caller TEXT NOT NULL,
    key TEXT,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL,
    ready_at INTEGER,
    wake_at INTEGER,
    token TEXT,
    lease_until INTEGER,
    waiting_since INTEGER,
    job TEXT NOT NULL,
    request BLOB NOT NULL,
    open INTEGER GENERATED ALWAYS AS (state IN ('queued', 'running')) VIRTUAL
  ) STRICT;
  CREATE UNIQUE INDEX by_key ON jobs (caller, key) WHERE key IS NOT NULL;
  CREATE INDEX by_caller ON jobs (caller, seq);
  CREATE INDEX unfinished ON jobs (caller) WHERE open;
  CREATE INDEX by_state ON jobs (state, seq);
  CREATE INDEX ready ON jobs (caller, priority DESC, seq) WHERE ready_at IS NOT NULL;
  CREATE INDEX leases ON jobs (lease_until) WHERE lease_until IS NOT NULL;
  CREATE INDEX wakes ON jobs (wake_at) WHERE wake_at IS NOT NULL;
  CREATE INDEX waiting ON jobs (waiting_since) WHERE waiting_since IS NOT NULL;
  CREATE TABLE callers (caller TEXT PRIMARY KEY, served REAL NOT NULL) STRICT;
  CREATE TABLE clock (now REAL NOT NULL) STRICT;
  INSERT INTO clock VALUES (0);
`;

/**
 * Opens `<folder>/jobs.sqlite`, which any number of processes of one machine may share. Throws `storage_failed`.
 *
 * WAL, so that readers never wait for a writer. A commit is safe from the death of any process; one that must be safe
 * from a power cut too is made with `lasting`.
 */
export function openDatabase(folder: string): DatabaseSyncInstance {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(join(folder, 'jobs.sqlite'));
    // Nothing is served yet that a wait of this thread's could hold up.
    database.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}`);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL');
    attempt(database, () => migrate(database, folder), false);
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    return database;
  } catch (error) {
    throw error instanceof LangduError ? error : new LangduError('storage_failed', {}, error);
  }
}

function migrate(database: DatabaseSyncInstance, folder: string): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version === VERSION) return;
  if (version !== 0) {
    const problem = `LANGDU_JOBS=${folder} (jobs of another version of langdu, ${version}; this one has ${VERSION})`;
    throw new LangduError('config_invalid', { problem });
  }
  database.exec(TABLES);
  database.exec(`PRAGMA user_version = ${VERSION}`);
}

/**
 * Runs `work` alone: no other process writes meanwhile. While another one does, this waits, and the event loop goes on;
 * `work` may be called again then. Throws what it throws, or what SQLite says when it was locked for too long.
 *
 * @param lasting survives a power cut once it resolves
 */
export async function transact<T>(database: DatabaseSyncInstance, work: () => T, lasting = false): Promise<T> {
  const giveUp = performance.now() + PATIENCE_MS;
  for (let wait = 1; ; wait = Math.min(2 * wait, AGAIN_MS)) {
    try {
      return attempt(database, work, lasting);
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUp) throw error;
    }
    // Not in step with others that wait for the same.
    await delay(wait * (0.5 + Math.random() / 2));
  }
}

function attempt<T>(database: DatabaseSyncInstance, work: () => T, lasting: boolean): T {
  if (lasting) database.exec('PRAGMA synchronous = FULL');
  try {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  } finally {
    if (lasting) database.exec('PRAGMA synchronous = NORMAL');
  }
}

/** SQLITE_BUSY; what stands above the lowest byte says more of it. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
}
