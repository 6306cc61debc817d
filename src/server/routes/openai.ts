import type { FastifyInstance, FastifySchema } from 'fastify';
import { beginSpeech } from '../begin-speech.ts';
import { bodyLimit } from '../body-limit.ts';
import { openAiEvents } from '../openai/events.ts';
import { checkModel, models, OWN_MODEL } from '../openai/models.ts';
import { orderOf } from '../openai/translate.ts';
import { namedVoices } from '../openai/voices.ts';
import { sendAudio, sendStream } from '../outflow.ts';
import type { ServerParts } from '../parts.ts';
import { streaming } from '../schemas/notes.ts';
import { CreateSpeech, Model, ModelList, ModelParams, VoiceList } from '../schemas/openai.ts';
import { UnderWay } from '../under-way.ts';

const speechNotes: FastifySchema = {
  ...streaming,
  summary: 'Speak a text; the audio, or events with it, arrive as it is made',
  tags: ['OpenAI'],
  errors: [...streaming.errors, 'model_unknown', 'instructions_unsupported', 'fields_conflict'],
};

/** OpenAI's API, as far as it speaks: `/v1/audio/speech`, and the lists its clients ask for first. */
export function addOpenAiRoutes(app: FastifyInstance, parts: ServerParts): void {
  const { settings } = parts;
  const underWay = new UnderWay(parts.stop);
  const created = Math.floor(Date.now() / 1000);
  const model = (id: string) => ({ id, object: 'model' as const, created, owned_by: OWN_MODEL });

  app.post<{ Body: CreateSpeech }>(
    '/v1/audio/speech',
    {
      schema: { ...speechNotes, body: CreateSpeech },
      bodyLimit: bodyLimit(Math.max(settings.maxText, settings.openaiMaxInput)),
    },
    async (request, reply) => {
      const order = orderOf(request.body, parts);
      const speech = await beginSpeech(order, 'openai', parts, underWay, request, reply);
      return request.body.stream_format === 'sse'
        ? sendStream(reply, 'text/event-stream; charset=utf-8', openAiEvents(speech, request, reply))
        : sendAudio(reply, speech);
    },
  );

  app.get(
    '/v1/models',
    { schema: { summary: 'The names that `model` may have', tags: ['OpenAI'], response: { 200: ModelList } } },
    async () => ({
      object: 'list' as const,
      data: models.map(model),
    }),
  );

  app.get<{ Params: ModelParams }>(
    '/v1/models/:id',
    {
      schema: {
        summary: 'One of them',
        tags: ['OpenAI'],
        errors: ['model_unknown'],
        params: ModelParams,
        response: { 200: Model },
      },
    },
    async (request) => {
      checkModel(request.params.id);
      return model(request.params.id);
    },
  );

  app.get(
    '/v1/audio/voices',
    {
      schema: {
        summary: 'The names that `voice` may have, beside those of OpenAI',
        tags: ['OpenAI'],
        response: { 200: VoiceList },
      },
    },
    async () => {
      const all = namedVoices(parts).map(([id, name]) => ({ id, object: 'audio.voice' as const, name }));
      return { object: 'list' as const, data: all, voices: all };
    },
  );
}
