import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { beginSpeech } from '../begin-speech.ts';
import { bodyLimit } from '../body-limit.ts';
import { sendAudio, sendStream } from '../outflow.ts';
import type { ServerParts } from '../parts.ts';
import { readQuery } from '../query.ts';
import { streaming } from '../schemas/notes.ts';
import { StreamBody } from '../schemas/stream.ts';
import { speechEvents } from '../speech-events.ts';
import { takeOrder } from '../speech-order.ts';
import { UnderWay } from '../under-way.ts';

const description =
  'Errors until the first byte have their status; later ones cut the connection, or end the events with an `error`. Events: `plan`, `timing` in front of each sentence, `audio` in base64, `warning`, and `done` or `error`.';

/**
 * `POST` and `GET /api/tts/stream`: text → its audio, as it is made; or events with the audio and what is known of it.
 */
export function addStreamRoute(app: FastifyInstance, parts: ServerParts): void {
  const underWay = new UnderWay(parts.stop);
  const notes: FastifySchema = { ...streaming, tags: ['Speech'], description };

  const stream = async (fields: StreamBody, request: FastifyRequest, reply: FastifyReply) => {
    const order = takeOrder(fields, parts);
    const speech = await beginSpeech(order, 'stream', parts, underWay, request, reply);
    return wantsEvents(fields, request)
      ? sendStream(reply, 'text/event-stream; charset=utf-8', speechEvents(speech, request, reply))
      : sendAudio(reply, speech);
  };

  app.post<{ Body: StreamBody }>(
    '/api/tts/stream',
    {
      schema: { ...notes, summary: 'Speak a text; the audio arrives as it is made', body: StreamBody },
      bodyLimit: bodyLimit(parts.settings.maxText),
    },
    (request, reply) => stream(request.body, request, reply),
  );
  app.get<{ Querystring: StreamBody }>(
    '/api/tts/stream',
    {
      schema: { ...notes, summary: 'The same, for an `<audio>` element', querystring: StreamBody },
      // A HEAD would speak the whole text for its headers.
      exposeHeadRoute: false,
      preValidation: async (request) => {
        request.query = readQuery(StreamBody, request.query) as StreamBody;
      },
    },
    (request, reply) => stream(request.query, request, reply),
  );
}

/** The field decides; without it, what `Accept` names. */
function wantsEvents(fields: StreamBody, request: FastifyRequest): boolean {
  if (fields.stream_format !== undefined) return fields.stream_format === 'sse';
  return /\btext\/event-stream\b/i.test(request.headers.accept ?? '');
}
