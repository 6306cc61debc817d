import { useEffect, useState } from 'preact/hooks';
import { useSay } from '../say.ts';
import { Unreachable } from '../server/ask.ts';
import type { Take } from '../speech/take.ts';
import type { Progress } from '../speech/use-speech.ts';
import { Failure } from './failure.tsx';

interface ActionsProps {
  readonly progress: Progress;
  readonly take: Take | undefined;
  readonly disabled: boolean;
  /** The text is too long to be spoken at once: the button makes a job. */
  readonly long: boolean;
  /** A job was asked for, and the answer is not there yet. */
  readonly ordering: boolean;
  /** Makes a job of it; undefined where there are no jobs. */
  readonly onJob: (() => void) | undefined;
  readonly onStop: () => void;
}

/**
 * A double click on the start is one start, not a start and a stop; nor two jobs: those look at `detail`, the click's
 * number.
 */
const DOUBLE_CLICK_MS = 400;

/** The one button, and what became of it. */
export function Actions({ progress, take, disabled, long, ordering, onJob, onStop }: ActionsProps) {
  const { say } = useSay();
  const working = progress.state === 'working';
  return (
    <div class="actions">
      {working ? (
        <button
          type="button"
          class="primary"
          onClick={(event) => {
            // The same element is the submit button again before the browser comes to what this click does by default.
            event.preventDefault();
            if (performance.now() - progress.since > DOUBLE_CLICK_MS) onStop();
          }}
        >
          <span key="stop">{say.stop}</span>
          <kbd key="escape">Esc</kbd>
        </button>
      ) : (
        <button
          type="submit"
          class="primary"
          disabled={disabled}
          aria-disabled={long && ordering}
          onClick={(event) => {
            if (long && event.detail > 1) event.preventDefault();
          }}
        >
          <span key="speak">{long ? say.speakAsJob : say.speak}</span>
          {!long && <kbd key="enter">{say.shortcut}</kbd>}
        </button>
      )}
      {/* Its place is kept until it is known whether there are jobs, and while the other button makes one. */}
      <button
        type="button"
        class={onJob === undefined || long ? 'quiet absent' : 'quiet'}
        title={say.asJobHint}
        disabled={disabled || onJob === undefined}
        // Not `disabled`, which would take the focus away from it.
        aria-disabled={ordering}
        onClick={(event) => event.detail < 2 && onJob?.()}
      >
        {say.asJob}
      </button>
      <div
        id="status"
        class={`status ${progress.state}`}
        role={progress.state === 'failed' ? 'alert' : 'status'}
        // A long message scrolls, by keys, too.
        tabIndex={progress.state === 'failed' ? 0 : undefined}
      >
        <Outcome progress={progress} take={take} />
      </div>
      <div class={working ? 'bar moving' : 'bar'} />
    </div>
  );
}

function Outcome({ progress, take }: Pick<ActionsProps, 'progress' | 'take'>) {
  const { say } = useSay();
  if (progress.state === 'stopped') return <>{say.stopped}</>;
  if (progress.state === 'done') return <>{say.done(take?.recording.seconds ?? 0, progress.first)}</>;
  if (progress.state === 'working') {
    return (
      <>
        <span class="hidden">{say.workingStatus}</span>
        <Elapsed since={progress.since} />
      </>
    );
  }
  if (progress.state !== 'failed') return null;
  const away = progress.error instanceof Unreachable;
  const message = !away ? undefined : progress.heard ? say.brokeOff : `${say.awayShort} · ${say.awayHint}`;
  return <Failure error={progress.error} message={message} onRetry={progress.retry} />;
}

/** The seconds so far; not for a screen reader, which would read every one of them. */
function Elapsed({ since }: { readonly since: number }) {
  const { say } = useSay();
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return <span aria-hidden="true">{say.working(Math.max(0, now - since) / 1000)}</span>;
}
