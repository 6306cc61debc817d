import { type Static, Type } from '@sinclair/typebox';
import { endStates, jobStates } from '../../jobs/job.ts';
import { subtitleFormats } from '../../subtitles/write.ts';
import { oneOf, outputOptions, speechControls } from './speech.ts';

const text = Type.String({ description: 'what to speak' });

const { volume, ...itemControls } = speechControls;

const jobOptions = {
  idempotency_key: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'the same key with the same request is the same job, however often it is sent',
    }),
  ),
  priority: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 9, description: 'among your own jobs, 9 first; 5 when absent' }),
  ),
  callback_url: Type.Optional(
    Type.String({ maxLength: 2000, description: 'told, signed, when the job has ended (docs/jobs.md)' }),
  ),
  expires_in: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 31_536_000,
      description: 'seconds from now: not done by then, the job ends as `expired`; done, it is removed then',
    }),
  ),
};

/** `POST /api/tts_async`: a text, like `POST /api/tts`. */
export const AsyncBody = Type.Object(
  { text, ...speechControls, ...outputOptions, ...jobOptions },
  { additionalProperties: false },
);
export type AsyncBody = Static<typeof AsyncBody>;

export const AsyncAnswer = Type.Object({ task_id: Type.String() });

export const JobItemBody = Type.Object(
  {
    text,
    title: Type.Optional(Type.String({ maxLength: 200, description: 'of the chapter, in subtitles' })),
    ...itemControls,
  },
  { additionalProperties: false },
);
export type JobItemBody = Static<typeof JobItemBody>;

/** `POST /api/jobs`: a text, or items that become one audio. */
export const JobBody = Type.Object(
  {
    text: Type.Optional(text),
    items: Type.Optional(
      Type.Array(JobItemBody, {
        minItems: 1,
        maxItems: 10_000,
        description: 'instead of text: spoken one after the other; what an item does not say, the job says',
      }),
    ),
    gap: Type.Optional(
      Type.Number({ minimum: 0, maximum: 10, description: 'silence between items, in seconds; 0.5 when absent' }),
    ),
    ...itemControls,
    volume,
    ...outputOptions,
    ...jobOptions,
  },
  { additionalProperties: false },
);
export type JobBody = Static<typeof JobBody>;

const nullable = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Number>>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const time = (description: string) => Type.String({ description });

export const JobAnswer = Type.Object({
  task_id: Type.String(),
  state: oneOf(jobStates, `${endStates.join(', ')} are the last`),
  priority: Type.Integer(),
  characters: Type.Integer({ description: 'length of the text, in Unicode code points' }),
  items: Type.Integer(),
  sentences: Type.Object({
    done: Type.Integer(),
    total: nullable(Type.Number({ description: 'null until they are counted, in the first turn' })),
  }),
  seconds: Type.Number({ description: 'of audio made' }),
  created_at: time('ISO 8601, like every time here'),
  started_at: nullable(time('when its first turn began')),
  ended_at: nullable(time('when it reached its last state')),
  estimated_end: nullable(time('when it will be done if it goes on as it went')),
  expires_at: nullable(time('see expires_in')),
  audio_url: nullable(Type.String({ description: 'the audio, also while it grows; null when there will be none' })),
  subtitles_url: nullable(Type.String({ description: 'when what is heard' })),
  duration: nullable(Type.Number({ description: 'of the finished audio, in seconds, before trim_silence' })),
  bytes: nullable(Type.Number({ description: 'of the finished audio' })),
  sample_rate: nullable(Type.Number({ description: 'of the finished audio, in Hz' })),
  error: Type.Union([
    Type.Object({ code: Type.String(), message: Type.String() }, { description: 'why it failed' }),
    Type.Null(),
  ]),
  callback: Type.Union([
    Type.Object({
      url: Type.String(),
      state: oneOf(['waiting', 'delivered', 'given_up'], 'waiting until the job has ended, and while it is retried'),
      attempts: Type.Array(
        Type.Object({ at: Type.String(), outcome: Type.String({ description: 'status or error' }) }),
      ),
    }),
    Type.Null(),
  ]),
});

export const JobParams = Type.Object({ id: Type.String({ maxLength: 64 }) });
export type JobParams = Static<typeof JobParams>;

export const JobListQuery = Type.Object(
  {
    state: Type.Optional(oneOf(jobStates, 'only these')),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'how many at most; 20 when absent' })),
    before: Type.Optional(Type.String({ maxLength: 64, description: 'only jobs older than this one' })),
  },
  { additionalProperties: false },
);
export type JobListQuery = Static<typeof JobListQuery>;

export const JobListAnswer = Type.Object({ jobs: Type.Array(JobAnswer) });

export const JobAudioQuery = Type.Object(
  { download: Type.Optional(Type.String({ maxLength: 200, description: 'save under this name' })) },
  { additionalProperties: false },
);
export type JobAudioQuery = Static<typeof JobAudioQuery>;

export const JobLinkAnswer = Type.Object({
  audio_url: Type.String({ description: 'of the finished audio; it ends where links are signed' }),
});

export const JobSubtitlesQuery = Type.Object(
  {
    format: Type.Optional(oneOf(subtitleFormats, 'json when absent')),
    download: Type.Optional(Type.String({ maxLength: 200, description: 'save under this name' })),
  },
  { additionalProperties: false },
);
export type JobSubtitlesQuery = Static<typeof JobSubtitlesQuery>;
