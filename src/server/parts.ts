import type { Settings } from '../config/settings.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Policy } from '../policy/policy.ts';
import type { ResultStore } from '../results/store.ts';
import type { Speaker } from '../speech.ts';

/** What the server is put together from. */
export interface ServerParts {
  readonly speaker: Speaker;
  readonly results: ResultStore;
  readonly settings: Settings;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Without them there are no routes for jobs. */
  readonly jobs?: Jobs | undefined;
  /** What may be spoken; anything when absent. */
  readonly policy?: Policy | undefined;
  /** Folder of the built page; the package's own when absent. */
  readonly webRoot?: string;
  /** Ends all work under way, when a stop has waited for it long enough. */
  readonly stop?: AbortSignal;
}
