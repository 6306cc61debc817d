import type { OutputOptions } from '../audio/finish.ts';
import type { ErrorRecord } from '../errors.ts';
import type { SpeechRequest } from '../speech.ts';

/**
 * A job is a text of any length that is spoken when there is time, and cannot be lost. This is its record, whole and as
 * plain data: a driver stores it, and only transitions.ts changes it.
 */

export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled', 'expired'] as const;
export type JobState = (typeof jobStates)[number];

/** States that are the last. */
export const endStates = ['done', 'failed', 'cancelled', 'expired'] as const satisfies readonly JobState[];

/** What is to be spoken: kept apart from the record, since a book has megabytes. */
export interface JobRequest {
  /** Spoken one after the other into one audio. Voices are named: a default that changes later changes no job. */
  readonly items: readonly JobItem[];
  /**
   * What holds for every item that says nothing of its own: here once, since a lexicon may be long and the items many.
   */
  readonly controls?: Omit<SpeechRequest, 'text'> | undefined;
  /** Silence between items, in seconds. */
  readonly gap: number;
  readonly output: OutputOptions;
}

export interface JobItem extends SpeechRequest {
  /** Of the chapter, in subtitles. */
  readonly title?: string | undefined;
}

/** Between items, where their texts are one: what is judged, and what places of sentences are of. */
export const BETWEEN_ITEMS = '\n\n';

/** An item as it is spoken. */
export function speechOf({ controls }: Pick<JobRequest, 'controls'>, { title: _, ...item }: JobItem): SpeechRequest {
  return { ...controls, ...item };
}

/** How far a job is: the records of its log that are committed, and where the next sentence is. */
export interface Progress {
  /** Records and bytes of the log; what lies behind them in the file is not there. */
  readonly records: number;
  readonly bytes: number;
  /** The next sentence: of which item, and its position there. */
  readonly item: number;
  readonly sentence: number;
  /** Sentences spoken, of all items. */
  readonly sentences: number;
  /** Seconds of audio made, before `trim_silence`. */
  readonly seconds: number;
}

export const nothingDone: Progress = { records: 0, bytes: 0, item: 0, sentence: 0, sentences: 0, seconds: 0 };

/** The finished audio. */
export interface JobAudio {
  /** In the result store. */
  readonly name: string;
  /** Length in seconds and size in bytes. */
  readonly seconds: number;
  readonly bytes: number;
  readonly sampleRate: number;
}

export interface CallbackAttempt {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** HTTP status, or what went wrong instead. */
  readonly outcome: string;
}

export interface Callback {
  readonly url: string;
  readonly state: 'waiting' | 'delivered' | 'given_up';
  /** When to try next; only while `waiting` and after the end of the job. */
  readonly dueAt?: number;
  readonly attempts: readonly CallbackAttempt[];
}

/** A caller's name for a request, with the digest of what was asked for under it. */
export interface JobKey {
  readonly text: string;
  readonly fingerprint: string;
}

export interface Job {
  readonly id: string;
  readonly caller: string;
  readonly state: JobState;
  /** 0 to 9, the highest first: among the jobs of one caller. */
  readonly priority: number;
  /** Same key, same job. */
  readonly key?: JobKey | undefined;
  /** Times in milliseconds since the epoch. */
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Not finished by then, it ends as `expired`; finished, it is removed then. */
  readonly expiresAt?: number;
  /** When it may be worked on again, after a failure or a refusal for now. */
  readonly notBefore?: number;
  /** Code points and items of the request. */
  readonly characters: number;
  readonly items: number;
  /** Sentences in all, once counted. */
  readonly total?: number;
  readonly progress: Progress;
  /** Whoever has the token may change a running job, and nobody else. */
  readonly token?: string;
  /** Losses and failures since the last checkpoint. */
  readonly failures: number;
  /** How often in a row it was put off with no sentence made in between, through no fault of its own. */
  readonly postponed?: number;
  /** The result's name, fixed before it is written, so that one that was completed unrecorded is found again. */
  readonly reserved?: { readonly name: string; readonly sampleRate: number; readonly seconds: number };
  readonly audio?: JobAudio;
  readonly error?: ErrorRecord;
  readonly callback?: Callback;
  /** When the keeper may look at it again, where it could not do what is due: others have their turn meanwhile. */
  readonly tendAfter?: number;
}

export function hasEnded({ state }: Pick<Job, 'state'>): boolean {
  return (endStates as readonly JobState[]).includes(state);
}
