import { useRef, useState } from 'preact/hooks';
import { newId } from '../new-id.ts';
import { Unreachable } from '../server/ask.ts';
import { type Job, submitJob } from '../server/jobs.ts';
import type { SpokenRequest } from '../server/speech.ts';
import type { FileFormat } from '../speech/save.ts';
import type { Language } from '../strings.ts';

export interface JobOrder {
  readonly request: SpokenRequest;
  readonly format: FileFormat;
  /** Which job that has ended it is made instead of. */
  readonly instead?: string;
}

/** Sends orders, one at a time: a second click while one is under way is no second job. */
export function useSending(language: Language, onMade: (job: Job, order: JobOrder) => void) {
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const sending = useRef(false);
  /** An order whose answer did not come, and the key that makes it the same job when it is sent again. */
  const unanswered = useRef<{ readonly order: string; readonly key: string } | undefined>(undefined);

  const send = async (find: () => Promise<JobOrder | undefined>) => {
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      const order = await find();
      if (order === undefined) return;
      const text = JSON.stringify(order);
      const key = unanswered.current?.order === text ? unanswered.current.key : newId();
      unanswered.current = { order: text, key };
      onMade(await submitJob(order.request, order.format, key, language), order);
      unanswered.current = undefined;
    } catch (error) {
      if (!(error instanceof Unreachable)) unanswered.current = undefined;
      setProblem(error);
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  return { problem, setProblem, busy, send };
}
