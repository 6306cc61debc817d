import type { FastifyRequest } from 'fastify';
import { LangduError } from '../errors.ts';
import { fingerprintOf } from '../jobs/check.ts';
import type { JobItem, JobKey } from '../jobs/job.ts';
import type { Submission } from '../jobs/jobs.ts';
import { callerOf } from './caller.ts';
import { chooseVoice } from './default-voice.ts';
import type { ServerParts } from './parts.ts';
import type { JobBody } from './schemas/jobs.ts';
import type { SpokenFields } from './schemas/speech.ts';
import { readSpokenFields } from './speech-order.ts';

/** Silence between items, in seconds, unless the request says otherwise. */
const GAP = 0.5;

/**
 * What is asked for under the body's key: the body as it was sent, which nothing here changes from one day to the next.
 */
export function keyOf(body: JobBody): JobKey | undefined {
  const text = body.idempotency_key;
  return text === undefined ? undefined : { text, fingerprint: fingerprintOf(body) };
}

/**
 * A body in the terms of jobs. Throws `text_empty` or `fields_conflict` when there is not one of `text` and `items`,
 * and `voice_unknown` or `model_not_ready` as speech does; the rest of the checks are those of jobs.
 */
export function takeJobOrder(body: JobBody, parts: ServerParts, request: FastifyRequest): Submission {
  const { text, items, gap, idempotency_key: _, priority, callback_url, expires_in, ...fields } = body;
  if ((text === undefined) === (items === undefined)) {
    if (text === undefined) throw new LangduError('text_empty');
    throw new LangduError('fields_conflict', { first: 'text', second: 'items' });
  }
  const { controls, output } = readFields(fields);
  const asked = items ?? [{ text: text! }];
  const named = new Map<string | undefined, string>();
  const voiceOf = (wanted: string | undefined): string => {
    const name = named.get(wanted) ?? chooseVoice(parts, wanted).name;
    named.set(wanted, name);
    return name;
  };
  const spoken = asked.map(({ text: own, title, ...said }): JobItem => {
    const { voice, ...rest } = readFields(said).controls;
    return given({ ...rest, text: own, voice: voice === undefined ? undefined : voiceOf(voice), title });
  });
  // Named, since the voice of requests that name none may be another tomorrow.
  const voice = asked.every((item) => item.voice !== undefined) ? undefined : voiceOf(controls.voice);
  return {
    caller: callerOf(request),
    request: { items: spoken, controls: given({ ...controls, voice }), gap: gap ?? GAP, output },
    key: keyOf(body),
    priority,
    callbackUrl: callback_url,
    expiresIn: expires_in,
  };
}

/** What a body says of how to speak, and of the file. */
function readFields(fields: Omit<SpokenFields, 'text'>) {
  const { request, output } = readSpokenFields({ ...fields, text: '' });
  const { text: _, ...controls } = request;
  return { controls, output };
}

/** Without what is not said: an item's silence must not hide what the job says. */
function given<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
