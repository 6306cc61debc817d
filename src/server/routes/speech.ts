import type { FastifyInstance, FastifySchema } from 'fastify';
import type { WrittenPiece } from '../../audio/write-speech.ts';
import { LangduError } from '../../errors.ts';
import { ResultLinks } from '../../results/links.ts';
import { record } from '../../results/record.ts';
import { recordText } from '../../results/record-text.ts';
import { findChapters, placeChapters } from '../../subtitles/chapters.ts';
import { type SpokenSentence, Timeline } from '../../subtitles/timeline.ts';
import { writeSubtitles } from '../../subtitles/write.ts';
import { beginSpeech } from '../begin-speech.ts';
import { bodyLimit } from '../body-limit.ts';
import { speakingErrors } from '../openapi/failures.ts';
import type { ServerParts } from '../parts.ts';
import { streaming } from '../schemas/notes.ts';
import { SpeechAnswer, SpeechBody } from '../schemas/speech.ts';
import { takeOrder } from '../speech-order.ts';
import { timedWords } from '../timed-words.ts';
import { UnderWay } from '../under-way.ts';

/** `POST /api/tts`: text → a finished audio's address, and what goes with it. */
export function addSpeechRoute(app: FastifyInstance, parts: ServerParts): void {
  const links = new ResultLinks(parts.settings);
  const underWay = new UnderWay(parts.stop);
  const schema: FastifySchema = {
    summary: "Speak a text; answers with the finished audio's address",
    tags: ['Speech'],
    takesHeaders: streaming.takesHeaders,
    givesHeaders: streaming.givesHeaders,
    errors: [...speakingErrors, 'fields_conflict', 'storage_failed', 'storage_full'],
    body: SpeechBody,
    response: { 200: SpeechAnswer },
  };

  app.post<{ Body: SpeechBody }>(
    '/api/tts',
    { schema, bodyLimit: bodyLimit(parts.settings.maxText) },
    async (request, reply): Promise<SpeechAnswer> => {
      const { text, timestamps = false, subtitles } = request.body;
      refuseMovedTimes(request.body);
      const order = takeOrder(request.body, parts);
      const speech = await beginSpeech(order, 'speech', parts, underWay, request, reply);
      const sentences: SpokenSentence[] = [];
      const pieces = timestamps || subtitles ? followed(speech.pieces, sentences) : speech.pieces;
      const { name, seconds, sampleRate, warnings } = await record(pieces, parts.results);
      const answer: SpeechAnswer = {
        audio_url: links.of(name),
        duration: Math.round(seconds * 1000) / 1000,
        sample_rate: sampleRate,
        voice: order.voice.name,
        characters: order.characters,
      };
      if (subtitles !== undefined) {
        const chapters = placeChapters(findChapters(text), sentences);
        const file = writeSubtitles(subtitles, { text, sentences, chapters });
        answer.subtitle_url = links.of(await recordText(file, subtitles, parts.results));
      }
      if (timestamps) answer.words = sentences.flatMap((sentence) => timedWords(text, sentence));
      if (warnings.length > 0) answer.warnings = [...warnings];
      return answer;
    },
  );
}

/** Silence that is cut moves what comes behind it, by how much only the finished audio knows. */
function refuseMovedTimes(body: SpeechBody): void {
  if (body.trim_silence !== true) return;
  const wanted = body.timestamps ? 'timestamps' : body.subtitles === undefined ? undefined : 'subtitles';
  if (wanted !== undefined) throw new LangduError('fields_conflict', { first: wanted, second: 'trim_silence' });
}

/** The pieces as they pass, and when each of their sentences is heard. */
async function* followed(
  pieces: AsyncIterable<WrittenPiece>,
  sentences: SpokenSentence[],
): AsyncGenerator<WrittenPiece> {
  const timeline = new Timeline();
  for await (const piece of pieces) {
    const sentence = piece.chunk === undefined ? undefined : timeline.add(piece.chunk);
    if (sentence !== undefined) sentences.push(sentence);
    yield piece;
  }
}
