import type { FastifyInstance, FastifySchema } from 'fastify';
import { bodyLimit } from '../body-limit.ts';
import { countText } from '../check-text.ts';
import { chooseVoice } from '../default-voice.ts';
import type { ServerParts } from '../parts.ts';
import { readQuery } from '../query.ts';
import { ExplainAnswer, ExplainBody } from '../schemas/explain.ts';
import { lexiconLines } from '../speech-order.ts';

const notes: FastifySchema = {
  summary: 'How a text of at most 2,000 characters would be read, and why',
  tags: ['Text'],
  errors: ['text_empty', 'text_too_long', 'voice_unknown', 'language_unsupported', 'model_not_ready', 'voice_broken'],
};

/** Longest text that is explained, in characters: its answer is some hundred times as long. */
const LONGEST = 2000;

/** `GET` and `POST /api/explain`: how a text would be read, and why. */
export function addExplainRoute(app: FastifyInstance, parts: ServerParts): void {
  const limit = Math.min(LONGEST, parts.settings.maxText);

  const explain = async ({ text, voice, lexicon }: ExplainBody) => {
    countText(text, limit);
    const { name } = chooseVoice(parts, voice);
    const words = lexicon === undefined ? undefined : lexiconLines(lexicon);
    return parts.speaker.explain({ text, voice: name, lexicon: words });
  };

  app.post<{ Body: ExplainBody }>(
    '/api/explain',
    { schema: { ...notes, body: ExplainBody, response: { 200: ExplainAnswer } }, bodyLimit: bodyLimit(limit) },
    (request) => explain(request.body),
  );
  app.get<{ Querystring: ExplainBody }>(
    '/api/explain',
    {
      schema: { ...notes, querystring: ExplainBody, response: { 200: ExplainAnswer } },
      preValidation: async (request) => {
        request.query = readQuery(ExplainBody, request.query) as ExplainBody;
      },
    },
    (request) => explain(request.query),
  );
}
