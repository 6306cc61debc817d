import { useEffect, useState } from 'preact/hooks';
import type { Strings } from '../strings.ts';
import type { Progress, Speech } from '../use-speech.ts';

interface ActionsProps {
  readonly progress: Progress;
  readonly speech: Speech | undefined;
  readonly say: Strings;
  readonly disabled: boolean;
  readonly onStop: () => void;
}

/** A double click on the start is one start, not a start and a stop. */
const DOUBLE_CLICK_MS = 400;

/** The one button, and what became of it. */
export function Actions({ progress, speech, say, disabled, onStop }: ActionsProps) {
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
          {say.stop}
        </button>
      ) : (
        <button type="submit" class="primary" disabled={disabled}>
          {say.synthesise}
          <kbd>{say.shortcut}</kbd>
        </button>
      )}
      <p id="status" class={`status ${progress.state}`} role={progress.state === 'failed' ? 'alert' : 'status'}>
        {progress.state === 'failed' && progress.message}
        {progress.state === 'stopped' && say.stopped}
        {progress.state === 'done' && speech !== undefined && say.done(speech.answer.duration, speech.took)}
        {working && <span class="hidden">{say.workingStatus}</span>}
        {working && <Elapsed since={progress.since} say={say} />}
      </p>
      <div class={working ? 'bar moving' : 'bar'} />
    </div>
  );
}

/** The seconds so far; not for a screen reader, which would read every one of them. */
function Elapsed({ since, say }: { readonly since: number; readonly say: Strings }) {
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return <span aria-hidden="true">{say.working(Math.max(0, now - since) / 1000)}</span>;
}
