import { useEffect, useRef, useState } from 'preact/hooks';
import { canFeed, feed } from '../audio/feed.ts';
import { followLink } from '../audio/follow-link.ts';
import { beginSound } from '../audio/one-sound.ts';
import type { KeptJob } from '../jobs/kept-job.ts';
import { useSay } from '../say.ts';
import { ask } from '../server/ask.ts';
import { fetchJobLink, type Job } from '../server/jobs.ts';
import { apiKey } from '../server/key.ts';
import { messageOf } from './failure.tsx';

/** What browsers play on their own; the others are there to be saved. */
const playable = ['wav', 'mp3', 'opus', 'flac', 'aac'];

/** A job's audio, heard from when one asks for it, also while it is still made. Nothing of it is fetched before. */
export function JobAudio({ kept, job }: { readonly kept: KeptJob; readonly job: Job | undefined }) {
  const { say } = useSay();
  const [listening, setListening] = useState(false);
  const path = job?.audio_url ?? null;
  const done = job?.state === 'done';
  const keyed = apiKey() !== undefined;
  const heard = done || !keyed || canFeed(kept.format);
  if (path === null || !playable.includes(kept.format) || !heard) return null;
  if (listening && keyed) return <KeyedAudio kept={kept} path={path} whole={done} />;
  if (listening || (done && !keyed)) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: its subtitles are beside it
      <audio
        key="audio"
        controls
        preload="none"
        autoplay={listening}
        src={path}
        aria-label={kept.name}
        onPlay={(event) => beginSound(event.currentTarget)}
      />
    );
  }
  return (
    <button type="button" disabled={!done && job?.sentences.done === 0} onClick={() => setListening(true)}>
      {done ? say.play : say.jobListen}
    </button>
  );
}

interface KeyedAudioProps {
  readonly kept: KeptJob;
  readonly path: string;
  /** All of it is made: the element gets a link to it; else it is fed while it comes. */
  readonly whole: boolean;
}

/** An element cannot send a key: it gets a link that needs none, or what it plays is fetched for it. */
function KeyedAudio({ kept, path, whole }: KeyedAudioProps) {
  const { say, language } = useSay();
  const [problem, setProblem] = useState('');
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const audio = element.current!;
    const gone = new AbortController();
    const load = async () => {
      if (whole) await followLink(audio, () => fetchJobLink(kept.id, language), gone.signal);
      else await feed(audio, kept.format, await ask(path, { language, signal: gone.signal }));
    };
    load().catch((error: unknown) => {
      if (!gone.signal.aborted) setProblem(messageOf(error, say, language));
    });
    return () => gone.abort();
  }, []);
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: its subtitles are beside it */}
      <audio
        ref={element}
        controls
        autoplay
        aria-label={kept.name}
        onPlay={(event) => beginSound(event.currentTarget)}
      />
      <span role="status" class="problem">
        {problem}
      </span>
    </>
  );
}
