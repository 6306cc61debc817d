import { useEffect, useRef, useState } from 'preact/hooks';
import { fileName } from '../choice.ts';
import { newId } from '../new-id.ts';
import { ServerError } from '../server/ask.ts';
import { cancelJob, fetchJob, hasEnded, type Job, submitJob, watchJob } from '../server/jobs.ts';
import type { SpokenRequest } from '../server/speech.ts';
import type { FileFormat } from '../speech/save.ts';
import { useKept } from '../store/kept.ts';
import { forgetOrder, readOrder, writeOrder } from '../store/orders.ts';
import type { Language } from '../strings.ts';

/** What the page remembers of a job; how far it is, the server knows. */
export interface KeptJob {
  readonly id: string;
  readonly name: string;
  readonly format: FileFormat;
  /** What it was asked to speak is kept: it can be asked for again. */
  readonly again?: true;
}

/** Jobs of this browser that are remembered; beyond them the oldest is forgotten. */
const MOST = 30;
const AGAIN_MS = 3000;

/** Jobs: submitted, watched while they run (also those of before a reload), cancelled, forgotten. */
export function useJobs(language: Language) {
  const [kept, setKept] = useKept<readonly KeptJob[]>('jobs', []);
  const [jobs, setJobs] = useState<Readonly<Record<string, Job>>>({});
  const [problem, setProblem] = useState<unknown>();
  const watched = useRef(new Map<string, AbortController>());

  const show = (job: Job) => setJobs((all) => ({ ...all, [job.task_id]: job }));

  const watch = async (id: string) => {
    if (watched.current.has(id)) return;
    const controller = new AbortController();
    watched.current.set(id, controller);
    while (!controller.signal.aborted) {
      try {
        let job: Job | undefined;
        for await (job of watchJob(id, language, controller.signal)) show(job);
        job ??= await fetchJob(id, language);
        show(job);
        if (hasEnded(job)) return;
      } catch (error) {
        if (controller.signal.aborted) return;
        // Forgotten by the server after its time: then here, too. Anything else may pass.
        if (error instanceof ServerError && error.code === 'job_not_found') {
          forget(id);
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  };

  useEffect(() => {
    for (const { id } of kept) void watch(id);
    return () => {
      for (const controller of watched.current.values()) controller.abort();
      watched.current.clear();
    };
  }, []);

  /** @param instead of which job that has ended it is, in its place of the list */
  const submit = async (request: SpokenRequest, format: FileFormat, instead?: string) => {
    setProblem(undefined);
    try {
      const job = await submitJob(request, format, newId(), language);
      show(job);
      const id = job.task_id;
      const made: KeptJob = { id, name: fileName(request.text), format };
      setKept((before) =>
        instead === undefined
          ? [made, ...before].slice(0, MOST)
          : before.map((each) => (each.id === instead ? made : each)),
      );
      writeOrder(id, request).then(
        () => setKept((before) => before.map((each) => (each.id === id ? { ...each, again: true } : each))),
        () => undefined,
      );
      void watch(id);
      if (instead !== undefined) forget(instead);
    } catch (error) {
      setProblem(error);
    }
  };
  /** The same job anew, in the place of one that was cancelled or failed. What is still in the server's cache is not made again. */
  const again = async ({ id, format }: KeptJob) => {
    const request = await readOrder(id).catch(() => undefined);
    if (request !== undefined) await submit(request, format, id);
  };
  const cancel = (id: string) => cancelJob(id, language).then(show, setProblem);
  const forget = (id: string) => {
    watched.current.get(id)?.abort();
    watched.current.delete(id);
    setKept((before) => before.filter((job) => job.id !== id));
    forgetOrder(id).catch(() => undefined);
  };
  return { kept, jobs, problem, submit, again, cancel, forget };
}
