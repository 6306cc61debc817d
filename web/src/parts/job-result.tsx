import { useEffect, useState } from 'preact/hooks';
import { subtitleFormats } from '../../../src/subtitles/write.ts';
import type { KeptJob } from '../jobs/kept-job.ts';
import { useSay } from '../say.ts';
import { ask } from '../server/ask.ts';
import type { Job } from '../server/jobs.ts';
import { apiKey } from '../server/key.ts';
import { saveBlob } from '../speech/save.ts';
import { messageOf } from './failure.tsx';
import { DownloadIcon } from './icons.tsx';

/** What browsers play on their own; the others are there to be saved. */
const playable = ['wav', 'mp3', 'opus', 'flac', 'aac'];

/** A job's audio: heard from when one asks for it, while it is still made; saved, with its subtitles, when it is there. */
export function JobResult({ kept, job }: { readonly kept: KeptJob; readonly job: Job | undefined }) {
  const { say } = useSay();
  const done = job?.state === 'done';
  const [listening, setListening] = useState(false);
  const source = useSource(job?.audio_url ?? null, done);
  const { done: made = 0, total = null } = job?.sentences ?? {};
  const heard = (done || listening) && source !== undefined && playable.includes(kept.format);
  return (
    <>
      {!done && <progress key="progress" aria-label={kept.name} max={total ?? 1} value={total === null ? 0 : made} />}
      {!done && !heard && source !== undefined && playable.includes(kept.format) && (
        <button type="button" disabled={made === 0} onClick={() => setListening(true)}>
          {say.jobListen}
        </button>
      )}
      {heard && (
        // biome-ignore lint/a11y/useMediaCaption: its subtitles are beside it
        <audio key="audio" controls preload="metadata" autoplay={listening} src={source} aria-label={kept.name} />
      )}
      {done && <JobSave kept={kept} job={job} />}
    </>
  );
}

function JobSave({ kept, job }: { readonly kept: KeptJob; readonly job: Job }) {
  const { say, language } = useSay();
  const [problem, setProblem] = useState('');
  const { audio_url: audio, subtitles_url: subtitles } = job;
  if (audio === null) return null;
  const save = (path: string, name: string) => {
    setProblem('');
    ask(path, { language })
      .then((response) => response.blob())
      .then((blob) => saveBlob(blob, name))
      .catch((error: unknown) => setProblem(messageOf(error, say, language)));
  };
  return (
    <>
      <div class="save">
        <button type="button" onClick={() => save(audio, `${kept.name}.${kept.format}`)}>
          <DownloadIcon />
          {kept.format.toUpperCase()}
        </button>
        {subtitles !== null &&
          subtitleFormats.map((format) => (
            <button
              key={format}
              type="button"
              aria-label={say.subtitlesAs(format.toUpperCase())}
              onClick={() => save(`${subtitles}?format=${format}`, `${kept.name}.${format}`)}
            >
              {format.toUpperCase()}
            </button>
          ))}
      </div>
      <span role="status" class="problem">
        {problem}
      </span>
    </>
  );
}

/** Where the audio is played from. An element cannot send a key: with one the file is fetched when it is done, and played from here. */
function useSource(path: string | null, done: boolean) {
  const { language } = useSay();
  const [blob, setBlob] = useState<string>();
  const keyed = apiKey() !== undefined;
  useEffect(() => {
    if (!keyed || !done || path === null) return;
    let url: string | undefined;
    const controller = new AbortController();
    ask(path, { language, signal: controller.signal })
      .then((response) => response.blob())
      .then((file) => {
        url = URL.createObjectURL(file);
        setBlob(url);
      })
      .catch(() => undefined);
    return () => {
      controller.abort();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [path, keyed, done]);
  return keyed ? blob : (path ?? undefined);
}
