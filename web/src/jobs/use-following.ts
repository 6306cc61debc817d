import { useEffect, useRef } from 'preact/hooks';
import { ServerError } from '../server/ask.ts';
import type { Job } from '../server/jobs.ts';
import { EVERY_MS, pause } from './pause.ts';

/**
 * How soon is asked about other jobs than before or by a page that is seen again, and how seldom at most while it
 * fails.
 */
const SOON_MS = 300;
const SELDOM_MS = 60_000;
/** Of so many questions one is about another job than the one that is made. */
const OTHER_EACH = 3;

interface Following {
  /** Those that have not ended, and what is known of them. */
  readonly unfinished: readonly { readonly id: string; readonly job: Job | undefined }[];
  /** The server is there and has jobs. */
  readonly active: boolean;
  /** Asks about one of them; undefined when there is no such job any more. Throws what `ask` throws. */
  readonly look: (id: string) => Promise<Job | undefined>;
}

/**
 * Asks how far jobs are: one question at a time, however many there are, and no more often than there is something to
 * see. A browser opens six connections to a server, and a key may ask for less at once or in a minute, which speech
 * needs.
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
    let asking = false;
    let timer: ReturnType<typeof setTimeout>;
    let wait = EVERY_MS / 2;
    const next = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => void round(), Math.max(ms, notBefore.current - performance.now()));
    };
    const round = async () => {
      if (document.hidden) return;
      asking = true;
      try {
        const { id, job } = chosen();
        const now = await latest.current.look(id);
        wait = now === undefined ? EVERY_MS : pause(now, job, wait);
        failures.current = 0;
      } catch (error) {
        failures.current += 1;
        const after = error instanceof ServerError ? (error.retryAfter ?? 0) * 1000 : 0;
        const longer = Math.max(after, Math.min(SELDOM_MS, EVERY_MS * 2 ** failures.current));
        notBefore.current = performance.now() + longer;
      }
      asking = false;
      if (!ended) next(wait);
    };
    /** The one that is made, or is next; now and then one of the others. */
    const chosen = () => {
      const jobs = latest.current.unfinished;
      const first = jobs.find(({ job }) => job?.state === 'running') ?? jobs.at(-1)!;
      const others = jobs.filter((each) => each !== first);
      rounds.current += 1;
      const other =
        rounds.current % OTHER_EACH === 0 ? others[(rounds.current / OTHER_EACH) % others.length] : undefined;
      return other ?? first;
    };
    const onSeen = () => {
      if (!document.hidden && !asking) next(SOON_MS);
    };
    document.addEventListener('visibilitychange', onSeen);
    next(SOON_MS);
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [active, ids]);
}
