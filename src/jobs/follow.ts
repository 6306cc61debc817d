import type { ResultStore } from '../results/store.ts';
import type { JobDriver } from './driver.ts';
import { LogEncoder } from './encode.ts';
import { hasEnded, type Job, nothingDone, type Progress } from './job.ts';
import type { LogStore } from './log/store.ts';
import { DamagedLog, walk } from './log/walk.ts';
import type { JobWatch } from './watch.ts';

export interface FollowParts {
  readonly driver: JobDriver;
  readonly logs: LogStore;
  readonly results: ResultStore;
  readonly watch: JobWatch;
}

/**
 * The job ended without audio while somebody was listening: the connection is broken off, so that nobody takes it for
 * whole.
 */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/**
 * The audio of a job from its beginning, as it grows: the bytes of the finished file, but for those of its head that
 * tell the length. When the job is done meanwhile, its log goes; what is missing then comes from the finished file.
 */
export async function* follow(id: string, parts: FollowParts, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const request = await parts.driver.request(id);
  if (request === undefined) return;
  const encoder = new LogEncoder(request.output);
  let heard: Progress = nothingDone;
  let sent = 0;
  let last: Job | undefined;
  try {
    for await (const job of parts.watch.watch(id, signal)) {
      last = job;
      if (hasEnded(job)) break;
      try {
        for await (const { record, progress } of walk(parts.logs, id, job.progress, heard)) {
          for await (const bytes of encoder.encode(record)) {
            sent += bytes.length;
            yield bytes;
          }
          heard = progress;
        }
      } catch (error) {
        // Gone, since the job is done by now; or damaged, and about to be made again. The next look tells.
        if (!(error instanceof DamagedLog)) throw error;
      }
    }
  } finally {
    encoder.close();
  }
  if (signal.aborted) return;
  if (last?.audio === undefined) throw new BrokenOff();
  const file = await parts.results.open(last.audio.name);
  if (file === undefined) throw new BrokenOff();
  if (sent >= file.size) await file.close();
  else yield* file.read(sent, file.size - 1) as AsyncIterable<Uint8Array>;
}
