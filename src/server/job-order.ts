import type { FastifyRequest } from 'fastify';
import { LangduError } from '../errors.ts';
import type { JobItem, JobRequest } from '../jobs/job.ts';
import type { Submission } from '../jobs/jobs.ts';
import { callerOf } from './caller.ts';
import { chooseVoice } from './default-voice.ts';
import type { ServerParts } from './parts.ts';
import type { JobBody, JobItemBody } from './schemas/jobs.ts';
import { readSpokenFields } from './speech-order.ts';

/** Silence between items, in seconds, unless the request says otherwise. */
const GAP = 0.5;

/**
 * A body in the terms of jobs. Throws `text_empty` or `fields_conflict` when there is not one of `text` and `items`, and `voice_unknown`
 * or `model_not_ready` as speech does; the rest of the checks are those of jobs.
 */
export function takeJobOrder(body: JobBody, parts: ServerParts, request: FastifyRequest): Submission {
  const { text, items, gap, idempotency_key, priority, callback_url, expires_in, ...fields } = body;
  if ((text === undefined) === (items === undefined)) {
    if (text === undefined) throw new LangduError('text_empty');
    throw new LangduError('fields_conflict', { first: 'text', second: 'items' });
  }
  const { output } = readSpokenFields({ ...fields, text: '' });
  const { volume: _, ...controls } = fields;
  const spoken = (items ?? [{ text: text! }]).map((item) => itemOf({ ...controls, ...item }, parts));
  return {
    caller: callerOf(request),
    request: { items: spoken, gap: gap ?? GAP, output } satisfies JobRequest,
    key: idempotency_key,
    priority,
    callbackUrl: callback_url,
    expiresIn: expires_in,
  };
}

function itemOf({ title, ...fields }: JobItemBody, parts: ServerParts): JobItem {
  const { request } = readSpokenFields(fields);
  return { ...request, voice: chooseVoice(parts, fields.voice).name, ...(title === undefined ? {} : { title }) };
}
