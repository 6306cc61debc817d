import type { Language } from '../strings.ts';
import { askJson } from './ask.ts';
import type { SpokenRequest } from './speech.ts';

/** A job as `GET /api/jobs/<id>` shows it, as far as the page looks. */
export interface Job {
  readonly task_id: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
  readonly characters: number;
  readonly sentences: { readonly done: number; readonly total: number | null };
  /** Seconds of audio made. */
  readonly seconds: number;
  readonly estimated_end: string | null;
  readonly audio_url: string | null;
  readonly subtitles_url: string | null;
  readonly duration: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export function hasEnded({ state }: Job): boolean {
  return state !== 'queued' && state !== 'running';
}

/** @param key the same key is the same job, should the answer be lost and the request be sent again */
export function submitJob(request: SpokenRequest, format: string, key: string, language: Language): Promise<Job> {
  return askJson<Job>('/api/jobs', { body: { ...request, format, idempotency_key: key }, language });
}

export function fetchJob(id: string, language: Language): Promise<Job> {
  return askJson<Job>(`/api/jobs/${id}`, { language });
}

/** Where a finished job's audio can be had without a key, for a while: what a player or a link of the browser needs. */
export async function fetchJobLink(id: string, language: Language): Promise<string> {
  return (await askJson<{ readonly audio_url: string }>(`/api/jobs/${id}/link`, { language })).audio_url;
}

export function cancelJob(id: string, language: Language): Promise<Job> {
  return askJson<Job>(`/api/jobs/${id}`, { method: 'DELETE', language });
}
