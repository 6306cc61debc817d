import type { FastifyRequest } from 'fastify';
import { BETWEEN_ITEMS, type JobItem, type JobRequest, speechOf } from '../jobs/job.ts';
import type { Policy, PolicyContext } from '../policy/policy.ts';
import { callerOf } from './caller.ts';

/**
 * What may be spoken of a job's items, every character in its place. They are judged as they are heard: as one text,
 * since what is harmless in two items may not be so in a row. A lexicon is of one request, so where items have others,
 * each run of items with the same one is judged with it, too. Throws what the policy does.
 */
export async function moderatedItems(
  request: JobRequest,
  policy: Policy | undefined,
  from: FastifyRequest,
): Promise<readonly JobItem[]> {
  if (policy === undefined) return request.items;
  const speeches = request.items.map((item) => speechOf(request, item));
  const context = { requestId: from.id, caller: callerOf(from), path: 'job' } as const;
  const lexicon = shared(speeches.map((speech) => speech.lexicon));
  const voice = shared(speeches.map((speech) => speech.voice));
  const whole = speeches.map(({ text }) => text);
  const texts = await admitted(whole, policy, { ...context, lexicon, voice });
  if (lexicon === undefined) {
    for (let first = 0, end = 0; first < speeches.length; first = end) {
      const own = speeches[first]!.lexicon;
      for (end = first + 1; end < speeches.length && speeches[end]!.lexicon === own; ) end += 1;
      if (own === undefined) continue;
      const run = await admitted(texts.slice(first, end), policy, { ...context, lexicon: own, voice });
      texts.splice(first, run.length, ...run);
    }
  }
  return request.items.map((item, index) => ({ ...item, text: texts[index]! }));
}

/** Texts judged as one: a mask keeps the length, so that it can be taken apart again. */
async function admitted(texts: readonly string[], policy: Policy, context: PolicyContext): Promise<string[]> {
  const whole = await policy.admit(texts.join(BETWEEN_ITEMS), context);
  let at = 0;
  return texts.map(({ length }) => {
    const begins = at;
    at += length + BETWEEN_ITEMS.length;
    return whole.slice(begins, begins + length);
  });
}

/** What all are, if they are the same. */
function shared(values: readonly (string | undefined)[]): string | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}
