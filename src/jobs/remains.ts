import type { ResultStore } from '../results/store.ts';
import type { Job } from './job.ts';
import type { LogStore } from './log/store.ts';

/**
 * Removes what there is of a job beside its record: its log, and its audio, also one that was completed by a process
 * that died before it could say so. False when the audio stays for now, since somebody reads it.
 */
export async function removeRemains(
  job: Job,
  { logs, results }: { readonly logs: LogStore; readonly results: Pick<ResultStore, 'remove'> },
): Promise<boolean> {
  await logs.remove(job.id);
  const audio = job.audio ?? job.reserved;
  return audio === undefined || (await results.remove(audio.name)) !== 'busy';
}
