import type { Job } from '../server/jobs.ts';
import type { FileFormat } from '../speech/save.ts';

/** What the page remembers of a job; how far it is, the server knows. */
export interface KeptJob {
  readonly id: string;
  readonly name: string;
  readonly format: FileFormat;
  /** What it was asked to speak is kept: it can be asked for again. */
  readonly again?: true;
  /** As it ended: nothing more will come of it, and the server is not asked again. */
  readonly ended?: Job;
}

/** Jobs of this browser that are remembered. */
const MOST = 30;

/**
 * Splits jobs, the newest first, into those to remember and those beyond: of these first the oldest that have ended.
 */
export function bounded(jobs: readonly KeptJob[]): { readonly kept: KeptJob[]; readonly beyond: KeptJob[] } {
  const dear = [...jobs.filter(({ ended }) => ended === undefined), ...jobs.filter(({ ended }) => ended !== undefined)];
  const beyond = dear.slice(MOST);
  return { kept: jobs.filter((job) => !beyond.includes(job)), beyond };
}
