import { useEffect, useState } from 'preact/hooks';
import { useSay } from '../say.ts';
import { ServerError, Unreachable } from '../server/ask.ts';
import { LexiconFull, MOST_WORDS } from '../store/use-lexicon.ts';
import { hintOf } from '../strings/hints.ts';
import type { Language, Strings } from '../strings.ts';

/** An error as it is shown: in the server's words, with what to do. */
export function messageOf(error: unknown, say: Strings, language: Language): string {
  if (error instanceof ServerError) return [error.message, hintOf(error.code, language)].filter(Boolean).join(' ');
  if (error instanceof LexiconFull) return say.lexiconFull(MOST_WORDS);
  return error instanceof Unreachable ? say.awayShort : String(error);
}

interface FailureProps {
  readonly error: unknown;
  /** In place of the message. */
  readonly message?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong, and a way to try again, once the server says that it makes sense. */
export function Failure({ error, message, onRetry }: FailureProps) {
  const { say, language } = useSay();
  const wait = useWait(error);
  // The same text later would be the same refusal.
  const retries = onRetry !== undefined && !(error instanceof ServerError && error.code.startsWith('text_'));
  return (
    <>
      <span>{message ?? messageOf(error, say, language)}</span>
      {retries && (
        <button type="button" class="retry" disabled={wait > 0} onClick={onRetry}>
          {wait > 0 ? say.retryIn(wait) : say.retry}
        </button>
      )}
    </>
  );
}

/** Seconds until it makes sense to try again, counted down. */
function useWait(error: unknown): number {
  const after = error instanceof ServerError ? (error.retryAfter ?? 0) : 0;
  const [wait, setWait] = useState(after);
  useEffect(() => {
    const until = performance.now() + after * 1000;
    const look = () => setWait(Math.max(0, Math.ceil((until - performance.now()) / 1000)));
    look();
    const timer = setInterval(look, 500);
    return () => clearInterval(timer);
  }, [error]);
  return wait;
}
