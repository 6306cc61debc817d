import type { FastifyReply, FastifyRequest } from 'fastify';
import { Timeline } from '../subtitles/timeline.ts';
import type { BegunSpeech } from './begin-speech.ts';
import { failureOf } from './plugins/errors.ts';
import { timedWords } from './timed-words.ts';

/** A server-sent event: JSON has no line breaks, so one `data` line holds it. */
export function serverSentEvent(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * A speech as server-sent events: `plan`, then `timing` in front of each sentence's `audio`, `warning`s where they
 * arise, and at the end `done`, or `error` when it failed half way.
 */
export async function* speechEvents(
  { order, plan, file, pieces }: BegunSpeech,
  request: FastifyRequest,
  reply: FastifyReply,
): AsyncGenerator<string> {
  const { text } = order.request;
  const timed = order.output.trimSilence !== true;
  const timeline = new Timeline();
  const totals = { bytes: 0, sentences: 0 };
  yield serverSentEvent('plan', {
    voice: order.voice.name,
    characters: order.characters,
    content_type: file.contentType,
    sample_rate: file.sampleRate,
    ...(plan === undefined ? {} : { cache: plan.cache, starts_in_ms: Math.round(plan.startsInMs) }),
  });
  try {
    for await (const { chunk, bytes } of pieces) {
      for (const warning of chunk?.warnings ?? []) yield serverSentEvent('warning', warning);
      const sentence = chunk === undefined ? undefined : timeline.add(chunk);
      if (sentence !== undefined) totals.sentences += 1;
      if (sentence !== undefined && timed) {
        const { index, start, end, from, to } = sentence;
        yield serverSentEvent('timing', { index, start, end, from, to, words: timedWords(text, sentence) });
      }
      if (bytes.length === 0) continue;
      totals.bytes += bytes.length;
      yield serverSentEvent('audio', { audio: Buffer.from(bytes).toString('base64') });
    }
    const duration = Math.round(file.seconds * 1000) / 1000;
    yield serverSentEvent('done', { duration, ...totals, characters: order.characters });
  } catch (error) {
    yield serverSentEvent('error', { ...failureOf(error, request, reply).body, request_id: request.id });
  }
}
