import type { FastifyInstance } from 'fastify';
import { ResultLinks } from '../../results/links.ts';
import { record } from '../../results/record.ts';
import { beginSpeech } from '../begin-speech.ts';
import { bodyLimit } from '../body-limit.ts';
import type { ServerParts } from '../parts.ts';
import { SpeechAnswer, SpeechBody } from '../schemas/speech.ts';
import { takeOrder } from '../speech-order.ts';
import { UnderWay } from '../under-way.ts';

/** `POST /api/tts`: text → a finished audio's address. */
export function addSpeechRoute(app: FastifyInstance, parts: ServerParts): void {
  const links = new ResultLinks(parts.settings);
  const underWay = new UnderWay(parts.stop);
  const schema = { body: SpeechBody, response: { 200: SpeechAnswer } };

  app.post<{ Body: SpeechBody }>(
    '/api/tts',
    { schema, bodyLimit: bodyLimit(parts.settings.maxText) },
    async (request, reply): Promise<SpeechAnswer> => {
      const order = takeOrder(request.body, parts);
      const speech = await beginSpeech(order, parts, underWay, request, reply);
      const { name, seconds, sampleRate, warnings } = await record(speech.pieces, parts.results);
      return {
        audio_url: links.of(name),
        duration: Math.round(seconds * 1000) / 1000,
        sample_rate: sampleRate,
        voice: order.voice.name,
        characters: order.characters,
        ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
      };
    },
  );
}
