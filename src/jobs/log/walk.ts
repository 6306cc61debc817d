import { nothingDone, type Progress } from '../job.ts';
import { decodeRecord, type LogRecord } from './record.ts';
import type { LogStore } from './store.ts';

/**
 * The log does not hold what the job's progress says: power was cut under a disk that lies, or something changed it.
 */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog';
  /** What is whole. */
  readonly intact: Progress;

  constructor(intact: Progress) {
    super(`the log is damaged behind record ${intact.records}`);
    this.intact = intact;
  }
}

/** Where a job is when `record`, of `bytes` bytes, has been added. */
export function advance(progress: Progress, record: LogRecord, bytes: number): Progress {
  const { sentence, samples, sampleRate } = record;
  return {
    records: progress.records + 1,
    bytes: progress.bytes + bytes,
    item: sentence === undefined ? progress.item + 1 : progress.item,
    sentence: sentence === undefined ? 0 : sentence.index + 1,
    sentences: progress.sentences + (sentence === undefined ? 0 : 1),
    seconds: progress.seconds + samples.length / sampleRate,
  };
}

/**
 * The records of a job's log from `from` to `to`, each with where the job is behind it. Throws `DamagedLog` where one
 * is not what was written, or not there.
 */
export async function* walk(
  logs: LogStore,
  job: string,
  to: Progress,
  from: Progress = nothingDone,
): AsyncGenerator<{ readonly record: LogRecord; readonly progress: Progress }> {
  let progress = from;
  const place = { record: from.records, offset: from.bytes };
  for await (const bytes of logs.read(job, place, to.records - from.records)) {
    const record = decodeRecord(bytes);
    if (record === undefined) throw new DamagedLog(progress);
    progress = advance(progress, record, bytes.length);
    yield { record, progress };
  }
  if (progress.records < to.records) throw new DamagedLog(progress);
}
