import { type ErrorLanguage, fromRecord } from '../errors.ts';
import { hasEnded, type Job } from './job.ts';

/** A job as its caller sees it; also the data of a callback. */
export interface JobView {
  readonly task_id: string;
  readonly state: Job['state'];
  readonly priority: number;
  readonly characters: number;
  readonly items: number;
  readonly sentences: { readonly done: number; readonly total: number | null };
  /** Seconds of audio made. */
  readonly seconds: number;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  /** When it will probably be done; null while nothing can be said. */
  readonly estimated_end: string | null;
  readonly expires_at: string | null;
  /** The audio, also while it grows; null when the job ended without. */
  readonly audio_url: string | null;
  readonly subtitles_url: string | null;
  readonly duration: number | null;
  readonly bytes: number | null;
  readonly sample_rate: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly callback: {
    readonly url: string;
    readonly state: 'waiting' | 'delivered' | 'given_up';
    readonly attempts: readonly { readonly at: string; readonly outcome: string }[];
  } | null;
}

export function viewOf(job: Job, language: ErrorLanguage, now: number): JobView {
  const { progress, audio, callback, error } = job;
  const has = !hasEnded(job) || audio !== undefined;
  return {
    task_id: job.id,
    state: job.state,
    priority: job.priority,
    characters: job.characters,
    items: job.items,
    sentences: { done: progress.sentences, total: job.total ?? null },
    seconds: milliseconds(progress.seconds),
    created_at: iso(job.createdAt),
    started_at: isoOrNull(job.startedAt),
    ended_at: isoOrNull(job.endedAt),
    estimated_end: isoOrNull(estimatedEnd(job, now)),
    expires_at: isoOrNull(job.expiresAt),
    audio_url: has ? `/api/jobs/${job.id}/audio` : null,
    subtitles_url: has ? `/api/jobs/${job.id}/subtitles` : null,
    duration: audio === undefined ? null : milliseconds(audio.seconds),
    bytes: audio?.bytes ?? null,
    sample_rate: audio?.sampleRate ?? null,
    error: error === undefined ? null : { code: error.code, message: fromRecord(error).say(language) },
    callback:
      callback === undefined
        ? null
        : {
            url: callback.url,
            state: callback.state,
            attempts: callback.attempts.map(({ at, outcome }) => ({ at: iso(at), outcome })),
          },
  };
}

/**
 * When a job will be done if it goes on as it went: sentences by the clock since its first turn, so that the turns of
 * others are in it. Undefined before its first sentence.
 */
export function estimatedEnd(job: Job, now: number): number | undefined {
  const { startedAt, total, progress } = job;
  if (hasEnded(job) || startedAt === undefined || total === undefined || progress.sentences === 0) return undefined;
  return now + ((now - startedAt) / progress.sentences) * Math.max(0, total - progress.sentences);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function isoOrNull(time: number | undefined): string | null {
  return time === undefined ? null : iso(time);
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
