import { setTimeout as delay } from 'node:timers/promises';
import { LangduError } from '../../src/errors.ts';
import type {
  OutlinedSentence,
  Speaker,
  SpeakOptions,
  SpeechChunk,
  SpeechRequest,
  VoiceSummary,
} from '../../src/speech.ts';

export interface ToneOptions {
  /** How long a sentence takes to make, in milliseconds. */
  readonly pace?: number;
  /** What it throws at this sentence (counted from 0). */
  readonly failAt?: { readonly sentence: number; readonly error: unknown };
}

const credit =
  "Shtooka project's cmn-caen-tan pack, voice Yue Tan, University of Caen, as curated in hugolpz/audio-cmn";

const voices: readonly VoiceSummary[] = [
  {
    name: 'flute',
    language: 'Tone',
    sampleRate: 8000,
    speakers: ['flute'],
    emotions: ['neutral'],
    controls: ['rate', 'volume'],
    description: '',
    licence: 'CC0-1.0',
    credit: 'a sine',
  },
  {
    name: 'tan',
    language: 'PinYin',
    sampleRate: 16000,
    speakers: ['tan'],
    emotions: ['neutral', 'happy', 'sad', 'angry', 'fear', 'surprise', 'disgust', 'gentle', 'serious'],
    controls: ['rate', 'pitch', 'volume', 'emotion', 'intensity', 'seed'],
    description: 'a tone',
    licence: 'CC BY-SA',
    credit,
  },
];

/** A small Speaker for tests of the HTTP side: a sine of 0.1 s a character and sentence, at a pitch of its length. */
export class ToneSpeaker implements Speaker {
  /** Speeches begun and not yet ended, and those ended by an abort or a return. */
  active = 0;
  stopped = 0;
  closed = false;
  requests: SpeechRequest[] = [];
  readonly #options: ToneOptions;

  constructor(options: ToneOptions = {}) {
    this.#options = options;
  }

  voices(): readonly VoiceSummary[] {
    return voices;
  }

  async *speak(request: SpeechRequest, { signal }: SpeakOptions = {}): AsyncGenerator<SpeechChunk> {
    const voice = voices.find(({ name }) => name === (request.voice ?? 'tan'));
    if (voice === undefined) {
      throw new LangduError('voice_unknown', { voice: request.voice ?? '', available: voices.map(({ name }) => name) });
    }
    const { emotion = 'neutral' } = request;
    if (!voice.emotions.includes(emotion)) {
      throw new LangduError('emotion_unknown', { voice: voice.name, emotion, available: voice.emotions });
    }
    this.requests.push(request);
    this.active += 1;
    let complete = false;
    try {
      yield* this.#sentences(request, voice.sampleRate, signal);
      complete = true;
    } finally {
      this.active -= 1;
      if (!complete) this.stopped += 1;
    }
  }

  async *outline({ text }: SpeechRequest): AsyncGenerator<OutlinedSentence> {
    for (const [index, match] of sentencesOf(text).entries()) {
      yield { index, start: match.index, end: match.index + match[0].length, symbols: 2 * match[0].length };
    }
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  async *#sentences(request: SpeechRequest, sampleRate: number, signal?: AbortSignal): AsyncGenerator<SpeechChunk> {
    const { text, rate = 1, pitch = 1, volume = 1 } = request;
    const sentences = sentencesOf(text);
    if (text.replaceAll('☃', '') === '') throw new LangduError('text_unspeakable', { characters: '☃' });
    for (const [index, match] of sentences.entries()) {
      await delay(this.#options.pace ?? 0, undefined, { signal }).catch((cause: unknown) => {
        throw new LangduError('cancelled', {}, cause);
      });
      if (this.#options.failAt?.sentence === index) throw this.#options.failAt.error;
      const characters = [...match[0]].length;
      const samples = new Float32Array(Math.round((characters * 0.1 * sampleRate) / rate));
      const step = (2 * Math.PI * (200 + 10 * characters) * pitch) / sampleRate;
      for (let i = 0; i < samples.length; i += 1) samples[i] = 0.3 * volume * Math.sin(step * i);
      const start = match.index;
      const snowmen = [...match[0].matchAll(/☃/g)].map((found) => ({
        code: 'character_unknown' as const,
        text: '☃',
        start: start + found.index,
        end: start + found.index + 1,
      }));
      const sentence = { index, start, end: start + match[0].length };
      yield { samples, sampleRate, sentence, last: true, warnings: snowmen };
    }
  }
}

function sentencesOf(text: string): RegExpExecArray[] {
  return [...text.matchAll(/[^。！？\n]+[。！？\n]*/g)];
}
