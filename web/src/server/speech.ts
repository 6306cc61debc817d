import type { Static } from '@sinclair/typebox';
import type { ErrorCode } from '../../../src/errors.ts';
import type { SpeechBody, TimedWord, Warning } from '../../../src/server/schemas/speech.ts';
import type { Language } from '../strings.ts';
import { ask, askBlob, ServerError, Unreachable } from './ask.ts';
import { eventsOf } from './events.ts';

export type SpokenRequest = SpeechBody;
export type SpokenWarning = Static<typeof Warning>;

/**
 * A sentence and its words, as `timing` events tell of them: offsets in UTF-16 code units of the text, times in
 * seconds.
 */
export interface TimedSentence {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly words: readonly Static<typeof TimedWord>[];
}

export interface SpeechListener {
  plan(sampleRate: number): void;
  sentence(sentence: TimedSentence): void;
  /** 16-bit little-endian samples; a piece may end inside of one. */
  audio(bytes: Uint8Array): void;
  warning(warning: SpokenWarning): void;
}

/** Has a text spoken and tells of it while it is made. Ends when all is said; throws what `ask` throws. */
export async function streamSpeech(
  request: SpokenRequest,
  language: Language,
  signal: AbortSignal,
  listener: SpeechListener,
): Promise<void> {
  const body = { ...request, format: 'pcm', stream_format: 'sse' };
  const response = await ask('/api/tts/stream', { body, language, signal, accept: 'text/event-stream' });
  for await (const { event, data } of eventsOf(response)) {
    if (event === 'plan') listener.plan((data as { sample_rate: number }).sample_rate);
    else if (event === 'timing') listener.sentence(data as TimedSentence);
    else if (event === 'audio') listener.audio(fromBase64((data as { audio: string }).audio));
    else if (event === 'warning') listener.warning(data as SpokenWarning);
    else if (event === 'done') return;
    else if (event === 'error') {
      const { error, code } = data as { error: string; code: ErrorCode };
      throw new ServerError(error, code);
    }
  }
  throw new Unreachable('the stream ended early');
}

/** The same speech as a file. The same request gives the same samples, so this is what was heard. */
export function fetchFile(request: SpokenRequest, format: string, language: Language): Promise<Blob> {
  return askBlob('/api/tts/stream', { body: { ...request, format }, language });
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
