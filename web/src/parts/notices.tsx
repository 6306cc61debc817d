import type { ServerState } from '../hooks/use-server.ts';
import { useSay } from '../say.ts';
import { setApiKey } from '../server/key.ts';
import { messageOf } from './failure.tsx';

/**
 * What concerns the whole page, above it so that nothing moves: a server that is away, wants a key or has no voices.
 */
export function Notices({ server }: { readonly server: ServerState }) {
  const { say, language } = useSay();
  const { away, keyProblem, problem, voices } = server;
  const message = away
    ? say.away
    : problem !== undefined
      ? messageOf(problem, say, language)
      : voices?.voices.length === 0
        ? say.noVoices
        : '';
  return (
    <div class="notices">
      <div role="alert">{message !== '' && <p class="notice">{message}</p>}</div>
      {keyProblem !== undefined && <KeyForm problem={keyProblem} onKey={() => void server.again()} />}
    </div>
  );
}

function KeyForm({ problem, onKey }: { readonly problem: string; readonly onKey: () => void }) {
  const { say } = useSay();
  return (
    <form
      class="notice key"
      aria-label={say.keyTitle}
      onSubmit={(event) => {
        event.preventDefault();
        setApiKey(String(new FormData(event.currentTarget).get('key') ?? '').trim());
        onKey();
      }}
    >
      <p role="alert">{problem}</p>
      <label for="key">{say.keyTitle}</label>
      <input id="key" name="key" type="password" autocomplete="off" required aria-describedby="key-hint" />
      <button type="submit" class="primary small">
        {say.keyUse}
      </button>
      <small id="key-hint">{say.keyHint}</small>
    </form>
  );
}
