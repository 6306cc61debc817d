import { useEffect, useRef } from 'preact/hooks';
import { Unreachable } from '../server/ask.ts';
import type { Progress } from '../speech/use-speech.ts';
import type { ServerState } from './use-server.ts';

/**
 * How soon the server is asked whether it is there, twice as late after each time; and how often a speech is sent again
 * by itself.
 */
const AGAIN_MS = 500;
const MOST = 5;

/**
 * A speech that never reached the server is sent again once the server is there, were it away for good or for a moment.
 */
export function useRetry({ away, again }: ServerState, progress: Progress): void {
  const times = useRef(0);
  useEffect(() => {
    if (progress.state === 'done' || progress.state === 'stopped') times.current = 0;
    if (progress.state !== 'failed' || !(progress.error instanceof Unreachable) || progress.heard) return;
    // Once it is not away any more, this begins anew.
    if (away || times.current >= MOST) return;
    let ended = false;
    const send = async () => {
      if (!(await again()) || ended) return;
      times.current += 1;
      progress.retry();
    };
    const timer = setTimeout(() => void send(), AGAIN_MS * 2 ** times.current);
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [progress, away]);
}
