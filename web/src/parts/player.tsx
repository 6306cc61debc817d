import { useEffect, useRef, useState } from 'preact/hooks';
import type { Strings } from '../strings.ts';
import { DownloadIcon, PauseIcon, PlayIcon } from './icons.tsx';

interface PlayerProps {
  /** Nothing yet when undefined: the player is there, and cannot be used. */
  readonly url: string | undefined;
  /** In seconds. */
  readonly duration: number;
  /** Name of the download, without its extension. */
  readonly name: string;
  readonly say: Strings;
  readonly onProblem: (message: string) => void;
}

/** Plays the audio as soon as there is one, and offers it for download. */
export function Player({ url, duration, name, say, onProblem }: PlayerProps) {
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [position, setPosition] = useState(0);

  useEffect(() => {
    setPosition(0);
    // A browser may refuse to play unasked; the button is there for that.
    if (url !== undefined) audio.current?.play().catch(() => undefined);
  }, [url]);

  useEffect(() => {
    if (!playing) return;
    // `timeupdate` comes four times a second, which a moving slider shows as jerks.
    let frame = requestAnimationFrame(function follow() {
      setPosition(audio.current?.currentTime ?? 0);
      frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing]);

  const toggle = () => {
    if (playing) audio.current?.pause();
    else audio.current?.play().catch(() => onProblem(say.playFailed));
  };
  const ready = url !== undefined;
  return (
    <div class="player">
      {/* biome-ignore lint/a11y/useMediaCaption: the text spoken is on the page */}
      <audio
        ref={audio}
        src={url}
        preload="auto"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPosition(duration)}
      />
      <button
        type="button"
        class="round"
        disabled={!ready}
        aria-label={playing ? say.pause : say.play}
        onClick={toggle}
      >
        {playing ? <PauseIcon /> : <PlayIcon />}
      </button>
      <input
        type="range"
        aria-label={say.position}
        aria-valuetext={`${clock(position)} / ${clock(duration)}`}
        min={0}
        max={duration || 1}
        step={0.01}
        value={position}
        disabled={!ready}
        onInput={(event) => {
          const to = Number(event.currentTarget.value);
          setPosition(to);
          if (audio.current !== null) audio.current.currentTime = to;
        }}
      />
      <span class="clock">
        {clock(position)} / {clock(duration)}
      </span>
      {ready ? (
        <a class="button" href={`${url}?download=${encodeURIComponent(name)}`} download={`${name}.wav`}>
          <DownloadIcon />
          {say.download}
        </a>
      ) : (
        <button type="button" class="button" disabled>
          <DownloadIcon />
          {say.download}
        </button>
      )}
    </div>
  );
}

/** `1:02.3` */
function clock(seconds: number): string {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}
