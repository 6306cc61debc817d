import { type Static, Type } from '@sinclair/typebox';

const seconds = Type.Union([Type.Number(), Type.Null()]);
const quantiles = (description: string) =>
  Type.Object({ p50: seconds, p95: seconds }, { description: `${description}, in seconds; null when there was none` });

export const StatusAnswer = Type.Object({
  ready: Type.Boolean({ description: 'what /readyz says' }),
  uptime: Type.Integer({ description: 'seconds since the process started' }),
  workers: Type.Integer({ description: 'threads that are ready to speak' }),
  queued: Type.Integer({ description: 'sentences that wait for a worker' }),
  running: Type.Integer({ description: 'sentences that workers are making' }),
  window: Type.Integer({ description: 'how far back the rest looks, in seconds' }),
  speeches: Type.Integer({ description: 'speeches that were finished' }),
  first_audio: quantiles('from a request to its first audio'),
  total: quantiles('from a request to the end of its audio'),
  cache_hit_rate: Type.Union([Type.Number(), Type.Null()], {
    description: 'share of requests that the sentence cache answered, whole or in part: 0 to 1',
  }),
  limits: Type.Object({
    text: Type.Integer({ description: 'longest text of a speech, in characters' }),
    job_text: Type.Union([Type.Integer(), Type.Null()], { description: 'longest text of a job; null without jobs' }),
  }),
});
export type StatusAnswer = Static<typeof StatusAnswer>;
