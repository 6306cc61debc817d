import { useEffect, useState } from 'preact/hooks';
import { subtitleFormats } from '../../../src/subtitles/write.ts';
import type { KeptJob } from '../jobs/use-jobs.ts';
import { useSay } from '../say.ts';
import { ask } from '../server/ask.ts';
import type { Job } from '../server/jobs.ts';
import { apiKey } from '../server/key.ts';
import { saveBlob } from '../speech/save.ts';
import { messageOf } from './failure.tsx';
import { DownloadIcon } from './icons.tsx';

/** What browsers play on their own; the others are there to be saved. */
const playable = ['wav', 'mp3', 'opus', 'flac', 'aac'];

/** A finished job's audio, heard and saved, and its subtitles. */
export function JobResult({ kept, job }: { readonly kept: KeptJob; readonly job: Job }) {
  const { say, language } = useSay();
  const [problem, setProblem] = useState('');
  const { audio_url: audio, subtitles_url: subtitles } = job;
  const source = useSource(audio);
  if (job.state !== 'done' || audio === null) return null;

  const save = (path: string, name: string) => {
    setProblem('');
    ask(path, { language })
      .then((response) => response.blob())
      .then((blob) => saveBlob(blob, name))
      .catch((error: unknown) => setProblem(messageOf(error, say, language)));
  };
  return (
    <>
      {playable.includes(kept.format) && (
        // biome-ignore lint/a11y/useMediaCaption: its subtitles are beside it
        <audio controls preload="none" src={source} aria-label={kept.name} />
      )}
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

/** Where the audio is played from. An element cannot send a key: with one the file is fetched, and played from here. */
function useSource(path: string | null) {
  const { language } = useSay();
  const [blob, setBlob] = useState<string>();
  const keyed = apiKey() !== undefined;
  useEffect(() => {
    if (!keyed || path === null) return;
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
  }, [path, keyed]);
  return keyed ? blob : (path ?? undefined);
}
