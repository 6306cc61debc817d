import type { FastifyInstance } from 'fastify';
import { defaultVoice } from '../default-voice.ts';
import type { ServerParts } from '../parts.ts';
import { VoicesAnswer } from '../schemas/voices.ts';

/** `GET /api/voices`: what can speak, and with which emotions and controls. */
export function addVoicesRoute(app: FastifyInstance, { speaker, settings }: ServerParts): void {
  app.get(
    '/api/voices',
    {
      schema: {
        summary: 'What can speak, and with which emotions and controls',
        tags: ['Server'],
        response: { 200: VoicesAnswer },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-cache');
      const voices = speaker.voices();
      return { voices, default: defaultVoice(voices, settings.voice) };
    },
  );
}
