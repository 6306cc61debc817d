import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { LangduError } from '../../errors.ts';

/** Incremented with every change of the tables; a newer one than ours is refused. */
const VERSION = 1;

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
 * WAL, so that readers never wait for a writer. A commit is safe from the death of any process; one that must be safe from
 * a power cut too is made with `lasting`.
 */
export function openDatabase(folder: string): DatabaseSyncInstance {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(join(folder, 'jobs.sqlite'));
    database.exec('PRAGMA busy_timeout = 10000');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL');
    transact(database, () => migrate(database, folder));
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

/** Runs `work` alone: no other process writes meanwhile. */
export function transact<T>(database: DatabaseSyncInstance, work: () => T, lasting = false): T {
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
