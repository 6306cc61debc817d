import { useState } from 'preact/hooks';
import { fileName } from '../choice.ts';
import { ServerError } from '../server/ask.ts';
import { cancelJob, fetchJob, hasEnded, type Job } from '../server/jobs.ts';
import { useShared } from '../store/kept.ts';
import { forgetOrder, readOrder, writeOrder } from '../store/orders.ts';
import type { Language } from '../strings.ts';
import { bounded, type KeptJob } from './kept-job.ts';
import { useFollowing } from './use-following.ts';
import { type JobOrder, useSending } from './use-sending.ts';

/**
 * Jobs: submitted, followed while they run (also those of before a reload), cancelled, forgotten. `active`: the server
 * is there and has jobs.
 */
export function useJobs(language: Language, active: boolean) {
  const [kept, setKept] = useShared<readonly KeptJob[]>('jobs', []);
  const [seen, setSeen] = useState<Readonly<Record<string, Job>>>({});

  const stateOf = ({ id, ended }: KeptJob): Job | undefined => ended ?? seen[id];
  const change = (id: string, more: Partial<KeptJob>) =>
    setKept((before) => before.map((each) => (each.id === id ? { ...each, ...more } : each)));
  const show = (job: Job) => {
    setSeen((all) => ({ ...all, [job.task_id]: job }));
    if (hasEnded(job)) change(job.task_id, { ended: job });
  };
  const forget = (id: string) => {
    setKept((before) => before.filter((job) => job.id !== id));
    forgetOrder(id).catch(() => undefined);
  };

  const keep = (job: Job, { request, format, instead }: JobOrder) => {
    const id = job.task_id;
    const made: KeptJob = { id, name: fileName(request.text), format };
    setKept((before) => {
      const others = before.filter((each) => each.id !== id);
      const place = Math.max(
        0,
        others.findIndex((each) => each.id === instead),
      );
      const { kept, beyond } = bounded(others.toSpliced(place, instead === others[place]?.id ? 1 : 0, made));
      for (const gone of [...beyond.map((each) => each.id), ...(instead === undefined ? [] : [instead])]) {
        forgetOrder(gone).catch(() => undefined);
      }
      return kept;
    });
    show(job);
    writeOrder(id, request).then(
      () => change(id, { again: true }),
      () => undefined,
    );
  };
  const { problem, setProblem, busy, send } = useSending(language, keep);

  useFollowing({
    unfinished: kept.flatMap((each) => (each.ended === undefined ? [{ id: each.id, job: seen[each.id] }] : [])),
    active,
    look: async (id) => {
      try {
        const job = await fetchJob(id, language);
        show(job);
        return job;
      } catch (error) {
        // Forgotten by the server after its time: then here, too.
        if (!(error instanceof ServerError && error.code === 'job_not_found')) throw error;
        forget(id);
        return undefined;
      }
    },
  });

  const submit = (order: JobOrder) => send(async () => order);
  /**
   * The same text as a new job, in the place of one that was cancelled or failed. What is still in the server's cache
   * is not made again.
   */
  const again = ({ id, format }: KeptJob) =>
    send(async () => {
      const request = await readOrder(id).catch(() => undefined);
      return request && { request, format, instead: id };
    });
  const cancel = (id: string) => cancelJob(id, language).then(show, setProblem);
  return { kept, stateOf, problem, busy, submit, again, cancel, forget };
}
