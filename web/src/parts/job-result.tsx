import { useState } from 'preact/hooks';
import { subtitleFormats } from '../../../src/subtitles/write.ts';
import type { KeptJob } from '../jobs/kept-job.ts';
import { useSay } from '../say.ts';
import { askBlob } from '../server/ask.ts';
import { fetchJobLink, type Job } from '../server/jobs.ts';
import { apiKey } from '../server/key.ts';
import { saveBlob, saveLink } from '../speech/save.ts';
import { messageOf } from './failure.tsx';
import { DownloadIcon } from './icons.tsx';
import { JobAudio } from './job-audio.tsx';

/** What a job gives: its audio from the first sentence on; saved, with its subtitles, when it is there. */
export function JobResult({ kept, job }: { readonly kept: KeptJob; readonly job: Job | undefined }) {
  const done = job?.state === 'done';
  const { done: made = 0, total = null } = job?.sentences ?? {};
  return (
    <>
      {!done && <progress key="progress" aria-label={kept.name} max={total ?? 1} value={total === null ? 0 : made} />}
      <JobAudio key="audio" kept={kept} job={job} />
      {done && <JobSave key="save" kept={kept} job={job} />}
    </>
  );
}

function JobSave({ kept, job }: { readonly kept: KeptJob; readonly job: Job }) {
  const { say, language } = useSay();
  const [problem, setProblem] = useState('');
  const { audio_url: audio, subtitles_url: subtitles } = job;
  if (audio === null) return null;
  const trying = (save: () => Promise<void>) => () => {
    setProblem('');
    save().catch((error: unknown) => setProblem(messageOf(error, say, language)));
  };
  const saveAudio = trying(async () => {
    const link = await fetchJobLink(kept.id, language);
    const name = `${kept.name}.${kept.format}`;
    saveLink(`${link}${link.includes('?') ? '&' : '?'}download=${encodeURIComponent(kept.name)}`, name);
  });
  const label = (
    <>
      <DownloadIcon />
      {kept.format.toUpperCase()}
    </>
  );
  return (
    <>
      <div class="save">
        {/* A link cannot send a key: then it is one that needs none, and ends. */}
        {apiKey() === undefined ? (
          <a class="button" href={`${audio}?download=${encodeURIComponent(kept.name)}`} download>
            {label}
          </a>
        ) : (
          <button type="button" onClick={saveAudio}>
            {label}
          </button>
        )}
        {subtitles !== null &&
          subtitleFormats.map((format) => (
            <button
              key={format}
              type="button"
              aria-label={say.subtitlesAs(format.toUpperCase())}
              onClick={trying(async () => {
                saveBlob(await askBlob(`${subtitles}?format=${format}`, { language }), `${kept.name}.${format}`);
              })}
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
