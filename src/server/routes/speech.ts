import type { FastifyInstance } from 'fastify';
import { LangduError } from '../../errors.ts';
import { ResultLinks } from '../../results/links.ts';
import { record } from '../../results/record.ts';
import { defaultVoice } from '../default-voice.ts';
import type { ServerParts } from '../parts.ts';
import { SpeechAnswer, SpeechBody } from '../schemas/speech.ts';
import { UnderWay } from '../under-way.ts';

/** A character is at most 12 bytes of JSON (`\ud83d\ude00`), so a text within its limit is never too large a body. */
const BYTES_PER_CHARACTER = 12;
const BYTES_AROUND_TEXT = 16 * 1024;

/** `POST /api/tts`: text → a finished audio's address. */
export function addSpeechRoute(app: FastifyInstance, { speaker, results, settings, stop }: ServerParts): void {
  const links = new ResultLinks(settings);
  const underWay = new UnderWay(stop);
  const schema = { body: SpeechBody, response: { 200: SpeechAnswer } };
  const bodyLimit = settings.maxText * BYTES_PER_CHARACTER + BYTES_AROUND_TEXT;

  app.post<{ Body: SpeechBody }>('/api/tts', { schema, bodyLimit }, async (request, reply): Promise<SpeechAnswer> => {
    const characters = countText(request.body.text, settings.maxText);
    const voice = request.body.voice ?? defaultVoice(speaker.voices(), settings.voice);
    if (voice === '' && request.body.voice === undefined) throw new LangduError('model_not_ready');

    const signal = underWay.signal(reply);
    try {
      const recording = await record(speaker.speak({ ...request.body, voice }, { signal }), results, signal);
      const { name, seconds, sampleRate, warnings } = recording;
      return {
        audio_url: links.of(name),
        duration: Math.round(seconds * 1000) / 1000,
        sample_rate: sampleRate,
        voice,
        characters,
        ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
      };
    } catch (error) {
      throw stop?.aborted ? new LangduError('shutting_down', {}, error) : error;
    }
  });
}

/** Length of a text in characters (code points). Throws `text_empty`, `text_too_long`, or `request_invalid` for half a character. */
function countText(text: string, limit: number): number {
  if (text.trim() === '') throw new LangduError('text_empty');
  if (/\p{Surrogate}/u.test(text))
    throw new LangduError('request_invalid', { problem: 'text: lone surrogate (U+D800–DFFF)' });
  const length = [...text].length;
  if (length > limit) throw new LangduError('text_too_long', { length, limit });
  return length;
}
