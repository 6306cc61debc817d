import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BegunSpeech } from '../begin-speech.ts';
import { failureOf } from '../plugins/errors.ts';

/** What a second of audio counts as: OpenAI's audio models have a token each 50 ms. */
const AUDIO_TOKENS_PER_SECOND = 20;

/**
 * A speech as OpenAI streams it: `speech.audio.delta`s and `speech.audio.done`. Its usage counts what was really done:
 * characters of the input, and audio made. A failure half way is an event with an `error`, which their clients throw.
 */
export async function* openAiEvents(
  { order, file, pieces }: BegunSpeech,
  request: FastifyRequest,
  reply: FastifyReply,
): AsyncGenerator<string> {
  try {
    for await (const { bytes } of pieces) {
      if (bytes.length === 0) continue;
      yield dataLine({ type: 'speech.audio.delta', audio: Buffer.from(bytes).toString('base64') });
    }
    const output = Math.ceil(file.seconds * AUDIO_TOKENS_PER_SECOND);
    const usage = {
      input_tokens: order.characters,
      output_tokens: output,
      total_tokens: order.characters + output,
    };
    yield dataLine({ type: 'speech.audio.done', usage });
  } catch (error) {
    yield `event: error\n${dataLine(failureOf(error, request, reply).body)}`;
  }
}

function dataLine(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
