import { useEffect, useMemo, useState } from 'preact/hooks';
import { countCharacters } from '../../../src/text/characters.ts';
import type { Player } from '../audio/player.ts';
import { usePlaying, usePosition } from '../hooks/use-position.ts';
import { SEEK_STEP } from '../hooks/use-shortcuts.ts';
import { useSay } from '../say.ts';
import type { Take } from '../speech/take.ts';
import { clock } from './clock.ts';
import { PauseIcon, PlayIcon } from './icons.tsx';
import { SaveBar } from './save-bar.tsx';
import { Waveform } from './waveform.tsx';

interface PlayerCardProps {
  readonly player: Player;
  readonly take: Take | undefined;
}

/** Plays the take from its first sound on, and saves it. */
export function PlayerCard({ player, take }: PlayerCardProps) {
  const { say } = useSay();
  const playing = usePlaying(player);
  const [problem, setProblem] = useState('');
  useEffect(() => setProblem(''), [take?.id]);
  const skipped = [...new Set(take?.warnings.map((warning) => warning.text))];
  const characters = useMemo(() => countCharacters(take?.request.text ?? ''), [take?.request.text]);
  const summary =
    take === undefined ? say.noResult : say.summary(take.choice.voice, take.recording.sampleRate / 1000, characters);
  return (
    <section class="card result" aria-label={say.resultTitle}>
      <div class="player">
        <button
          type="button"
          class="round"
          disabled={take === undefined}
          aria-label={playing ? say.pause : say.play}
          onClick={() => (playing ? player.pause() : void player.play())}
        >
          {playing ? <PauseIcon /> : <PlayIcon />}
        </button>
        <div class="track">
          <Waveform player={player} />
          <Position player={player} disabled={take === undefined} />
        </div>
        <Clock player={player} />
      </div>
      <div class="under-player">
        <p class={problem === '' ? 'summary' : 'summary problem'} role="status">
          {problem === '' ? summary : problem}
          {problem === '' && take?.brokenOff && ` · ${say.partial}`}
          {skipped.length > 0 && <span class="skipped">{say.skipped}</span>}
          {skipped.map((each) => (
            <code key={each}>{each}</code>
          ))}
        </p>
        <SaveBar take={take} onProblem={setProblem} />
      </div>
    </section>
  );
}

/** The slider that lies over the waveform. */
function Position({ player, disabled }: { readonly player: Player; readonly disabled: boolean }) {
  const { say } = useSay();
  const tenths = usePosition(player, (seconds) => Math.round(seconds * 10));
  const most = Math.round(player.duration * 10);
  return (
    <input
      type="range"
      class="position"
      aria-label={say.position}
      aria-valuetext={`${clock(tenths / 10)} / ${clock(most / 10)}`}
      min={0}
      max={most || 1}
      value={tenths}
      disabled={disabled}
      onInput={(event) => {
        player.currentTime = Number(event.currentTarget.value) / 10;
      }}
      onKeyDown={(event) => {
        // As everywhere on the page; the field's own step is a tenth of a second.
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        player.currentTime += event.key === 'ArrowLeft' ? -SEEK_STEP : SEEK_STEP;
      }}
    />
  );
}

function Clock({ player }: { readonly player: Player }) {
  const text = usePosition(player, (seconds) => `${clock(seconds)} / ${clock(player.recording?.seconds ?? 0)}`);
  return <span class="clock">{text}</span>;
}
