import type { KeptJob } from '../jobs/kept-job.ts';
import type { useJobs } from '../jobs/use-jobs.ts';
import { useSay } from '../say.ts';
import { hasEnded, type Job } from '../server/jobs.ts';
import { type FileFormat, fileFormats } from '../speech/save.ts';
import { Failure } from './failure.tsx';
import { RemoveIcon } from './icons.tsx';
import { JobResult } from './job-result.tsx';

interface JobListProps {
  readonly jobs: ReturnType<typeof useJobs>;
  /** The server has jobs; undefined until it is known. */
  readonly offered: boolean | undefined;
  readonly format: FileFormat;
  readonly onFormat: (format: FileFormat) => void;
}

/** Long texts that are made in the background: how far each is, and what has come of it. */
export function JobList({ jobs, offered, format, onFormat }: JobListProps) {
  const { say } = useSay();
  if (offered === false) return <p class="empty">{say.jobsMissing}</p>;
  return (
    <>
      <div class="row-start">
        <label for="job-format">{say.jobFormat}</label>
        <select id="job-format" value={format} onChange={(event) => onFormat(event.currentTarget.value as FileFormat)}>
          {fileFormats.map((name) => (
            <option key={name} value={name}>
              {name.toUpperCase()}
            </option>
          ))}
        </select>
        <span role="alert" class="problem">
          {jobs.problem !== undefined && <Failure error={jobs.problem} />}
        </span>
      </div>
      {jobs.kept.length === 0 ? (
        <p class="empty">{say.jobsEmpty}</p>
      ) : (
        <ul class="rows">
          {jobs.kept.map((kept) => (
            <JobRow
              key={kept.id}
              kept={kept}
              job={jobs.stateOf(kept)}
              ordering={jobs.busy}
              onAgain={kept.again === undefined ? undefined : () => void jobs.again(kept)}
              onCancel={() => jobs.cancel(kept.id)}
              onForget={() => jobs.forget(kept.id)}
            />
          ))}
        </ul>
      )}
    </>
  );
}

interface JobRowProps {
  readonly kept: KeptJob;
  readonly job: Job | undefined;
  /** A job was asked for, and the answer is not there yet. */
  readonly ordering: boolean;
  /** Asks for it again; undefined when what it was to speak is not known any more. */
  readonly onAgain: (() => void) | undefined;
  readonly onCancel: () => void;
  readonly onForget: () => void;
}

function JobRow({ kept, job, ordering, onAgain, onCancel, onForget }: JobRowProps) {
  const { say } = useSay();
  const ended = job !== undefined && hasEnded(job);
  return (
    <li class="job">
      <div class="row-text">
        <span class="row-title" lang="zh-CN">
          {kept.name}
        </span>
        <span class="row-facts" role="status">
          {job === undefined ? say.jobWaiting : factsOf(job).join(' · ')}
        </span>
      </div>
      {ended ? (
        <button key="remove" type="button" class="icon" aria-label={say.removeNamed(kept.name)} onClick={onForget}>
          <RemoveIcon />
        </button>
      ) : (
        <button key="cancel" type="button" class="cancel" disabled={job === undefined} onClick={onCancel}>
          {say.jobCancel}
        </button>
      )}
      <div class={ended && job.state !== 'done' ? 'job-rest short' : 'job-rest'}>
        {!ended || job.state === 'done' ? (
          <JobResult kept={kept} job={job} />
        ) : (
          <>
            {job.error !== null && <span class="problem">{job.error.message}</span>}
            {onAgain !== undefined && (
              <button
                type="button"
                title={say.jobAgainHint}
                aria-disabled={ordering}
                onClick={(event) => event.detail < 2 && onAgain()}
              >
                {say.jobAgain}
              </button>
            )}
          </>
        )}
      </div>
    </li>
  );

  function factsOf({ state, sentences, seconds, estimated_end, error }: Job): string[] {
    const facts: string[] = [say.jobStates[state]];
    if (error === null && state !== 'queued')
      facts.push(say.jobProgress(sentences.done, sentences.total), say.jobMade(seconds));
    const left = estimated_end === null ? Number.NaN : (Date.parse(estimated_end) - Date.now()) / 1000;
    if (left > 0) facts.push(say.jobLeft(Math.ceil(left)));
    return facts;
  }
}
