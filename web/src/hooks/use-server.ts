import { useEffect, useRef, useState } from 'preact/hooks';
import { ServerError, Unreachable } from '../server/ask.ts';
import { fetchStatus, fetchVoices, type StatusAnswer, type Voices } from '../server/read.ts';
import type { Language } from '../strings.ts';

/** How often the server is asked how it is, and asked again when it is away. */
const EVERY_MS = 2000;
/** How often for its voices, which come and go while it runs. */
const VOICES_MS = 30_000;

export interface ServerState {
  readonly voices: Voices | undefined;
  readonly status: StatusAnswer | undefined;
  /** Not reached, the last time it was asked. */
  readonly away: boolean;
  /** It answers, and to whoever has the page open: what waited for it may ask again. */
  readonly usable: boolean;
  /** It wants a key, and says so. */
  readonly keyProblem: string | undefined;
  /** Anything else that keeps the voices from being shown. */
  readonly problem: unknown;
  /** Asks now, such as after a key was given. Whether it answered. */
  readonly again: () => Promise<boolean>;
}

/** The server's voices and how it is, asked for while the page is seen. */
export function useServer(language: Language): ServerState {
  const [voices, setVoices] = useState<Voices>();
  const [status, setStatus] = useState<StatusAnswer>();
  const [failure, setFailure] = useState<unknown>();
  const read = useRef(Number.NEGATIVE_INFINITY);

  const look = async () => {
    try {
      if (performance.now() - read.current > VOICES_MS) {
        const found = await fetchVoices(language);
        read.current = performance.now();
        // The same list is the same value: nothing is drawn anew for it.
        setVoices((before) => (JSON.stringify(before) === JSON.stringify(found) ? before : found));
      }
      setStatus(await fetchStatus(language));
      setFailure(undefined);
      return true;
    } catch (error) {
      // It may be another one when it is back.
      read.current = Number.NEGATIVE_INFINITY;
      setFailure(error);
      return false;
    }
  };

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const round = async () => {
      if (!document.hidden) await look();
      if (!ended) timer = setTimeout(() => void round(), EVERY_MS);
    };
    void round();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [language]);

  const wantsKey = failure instanceof ServerError && (failure.code === 'key_missing' || failure.code === 'key_wrong');
  return {
    voices,
    status,
    usable: status !== undefined && failure === undefined,
    away: failure instanceof Unreachable,
    keyProblem: wantsKey ? failure.message : undefined,
    problem: wantsKey || failure instanceof Unreachable ? undefined : failure,
    again: look,
  };
}
