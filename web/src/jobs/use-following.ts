import { useEffect, useRef } from 'preact/hooks';
import { ServerError } from '../server/ask.ts';
import type { Job } from '../server/jobs.ts';

/** How soon is asked about other jobs than before, how often after that, and how seldom at most while it fails. */
const SOON_MS = 300;
const EVERY_MS = 2000;
const SELDOM_MS = 60_000;

interface Following {
  /** Those that have not ended, and what is known of them. */
  readonly unfinished: readonly { readonly id: string; readonly job: Job | undefined }[];
  /** The server is there and has jobs. */
  readonly active: boolean;
  /** Asks about one of them. Throws what `ask` throws. */
  readonly look: (id: string) => Promise<void>;
}

/**
 * Asks how far jobs are: one question at a time, however many there are. A browser opens six connections to a server and a key may ask
 * for less at once, so that a connection for each job would leave none for speech.
 */
export function useFollowing({ unfinished, active, look }: Following): void {
  const latest = useRef({ unfinished, look });
  latest.current = { unfinished, look };
  const rounds = useRef(0);
  const failures = useRef(0);
  const notBefore = useRef(0);
  const ids = unfinished.map(({ id }) => id).join();
  useEffect(() => {
    if (!active || ids === '') return;
    let ended = false;
    let timer: ReturnType<typeof setTimeout>;
    const next = (ms: number) => {
      timer = setTimeout(() => void round(), Math.max(ms, notBefore.current - performance.now()));
    };
    const round = async () => {
      try {
        if (!document.hidden) for (const id of chosen()) await latest.current.look(id);
        failures.current = 0;
      } catch (error) {
        failures.current += 1;
        const after = error instanceof ServerError ? (error.retryAfter ?? 0) * 1000 : 0;
        const wait = Math.max(after, Math.min(SELDOM_MS, EVERY_MS * 2 ** failures.current));
        notBefore.current = performance.now() + wait;
      }
      if (!ended) next(EVERY_MS);
    };
    /** The one that is made, and of the others one in each round. */
    const chosen = (): string[] => {
      const jobs = latest.current.unfinished;
      const first = jobs.find(({ job }) => job?.state === 'running') ?? jobs.at(-1);
      const others = jobs.filter((each) => each !== first);
      const other = others[rounds.current % Math.max(1, others.length)];
      rounds.current += 1;
      return [first, other].flatMap((each) => (each === undefined ? [] : [each.id]));
    };
    next(SOON_MS);
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [active, ids]);
}
