import type { ServerState } from '../hooks/use-server.ts';
import { useSay } from '../say.ts';
import type { StatusAnswer } from '../server/read.ts';

/** What the server is doing, as it changes. */
export function ServerPanel({ server }: { readonly server: ServerState }) {
  const { say } = useSay();
  const { status, away, keyProblem } = server;
  const state = keyProblem !== undefined ? 'key' : away ? 'away' : status?.ready === false ? 'busy' : 'ready';
  const words = { key: say.serverKey, away: say.serverAway, busy: say.serverBusy, ready: say.serverReady };
  const known = status !== undefined && !away && keyProblem === undefined;
  return (
    <section class="card server" aria-labelledby="server-title">
      <header>
        <h2 id="server-title">{say.server}</h2>
        <span role="status">
          {status === undefined && state === 'ready' ? null : (
            <span key={state} class={`dot ${state}`}>
              {words[state]}
            </span>
          )}
        </span>
      </header>
      <Figures status={known ? status : undefined} />
    </section>
  );
}

function Figures({ status }: { readonly status: StatusAnswer | undefined }) {
  const { say } = useSay();
  const number = (value: number | undefined) => (value === undefined ? say.nothing : String(value));
  const time = (value: number | null | undefined) => (value == null ? say.nothing : say.milliseconds(value));
  const pair = (both: StatusAnswer['total'] | undefined) => `${time(both?.p50)} / ${time(both?.p95)}`;
  const rate = status?.cache_hit_rate ?? undefined;
  const facts: readonly [string, string][] = [
    [say.queued, number(status?.queued)],
    [say.running, number(status?.running)],
    [say.workers, number(status?.workers)],
    [say.speeches, number(status?.speeches)],
    [say.firstAudio, pair(status?.first_audio)],
    [say.total, pair(status?.total)],
    [say.cacheRate, rate === undefined ? say.nothing : say.percent(rate)],
    [say.uptime, status === undefined ? say.nothing : say.hours(status.uptime)],
  ];
  return (
    <>
      <dl>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            {/* Another element for another figure: one that grew to the left would count as moving. */}
            <dd key={fact}>{fact}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{say.inWindow(Math.max(1, Math.round((status?.window ?? 300) / 60)))}</p>
    </>
  );
}
