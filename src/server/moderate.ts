import type { FastifyRequest } from 'fastify';
import type { Policy, PolicyContext } from '../policy/policy.ts';
import type { SpeechRequest } from '../speech.ts';
import { callerOf } from './caller.ts';

/**
 * What may be spoken of a request: every character keeps its place, so that times and warnings are of the text as it
 * was written. Throws what the policy does. Ask before any work is done, on every path.
 */
export async function moderated<T extends SpeechRequest>(
  speech: T,
  path: PolicyContext['path'],
  policy: Policy | undefined,
  request: FastifyRequest,
): Promise<T> {
  if (policy === undefined) return speech;
  const { voice, lexicon } = speech;
  const text = await policy.admit(speech.text, {
    requestId: request.id,
    caller: callerOf(request),
    path,
    voice,
    lexicon,
  });
  return { ...speech, text };
}
