import { setTimeout as delay } from 'node:timers/promises';
import { LangduError } from '../../src/errors.ts';
import type {
  ExplainRequest,
  OutlinedSentence,
  SentenceTiming,
  Speaker,
  SpeakOptions,
  SpeechChunk,
  SpeechPlan,
  SpeechRequest,
  VoiceSummary,
} from '../../src/speech.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import { explainText } from '../../src/text/explain.ts';
import type { Explanation } from '../../src/text/explanation.ts';
import { parseLexicon } from '../../src/text/lexicon.ts';

export interface ToneOptions {
  /** How long a sentence takes to make, in milliseconds. */
  readonly pace?: number;
  /** What it says before its first chunk. */
  readonly plan?: SpeechPlan;
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
  options: SpeakOptions[] = [];
  /** Chunks that were taken, of all speeches. */
  chunks = 0;
  readonly #options: ToneOptions;

  constructor(options: ToneOptions = {}) {
    this.#options = options;
  }

  voices(): readonly VoiceSummary[] {
    return voices;
  }

  async *speak(request: SpeechRequest, options: SpeakOptions = {}): AsyncGenerator<SpeechChunk> {
    this.options.push(options);
    const voice = voices.find(({ name }) => name === (request.voice ?? 'tan'));
    if (voice === undefined) {
      throw new LangduError('voice_unknown', { voice: request.voice ?? '', available: voices.map(({ name }) => name) });
    }
    const { emotion = 'neutral' } = request;
    if (!voice.emotions.includes(emotion)) {
      throw new LangduError('emotion_unknown', { voice: voice.name, emotion, available: voice.emotions });
    }
    this.requests.push(request);
    options.onPlan?.(this.#options.plan ?? { cache: 'miss', startsInMs: 0 });
    this.active += 1;
    let complete = false;
    try {
      yield* this.#sentences(request, voice.sampleRate, options.signal);
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

  async explain({ text, lexicon = '' }: ExplainRequest): Promise<Explanation> {
    return explainText(createAnalyser('PinYin'), text, { lexicon: parseLexicon(lexicon) });
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  async *#sentences(request: SpeechRequest, sampleRate: number, signal?: AbortSignal): AsyncGenerator<SpeechChunk> {
    const { text, rate = 1, pitch = 1, volume = 1 } = request;
    const sentences = sentencesOf(text);
    if (/^[☃\p{Cc}]*$/u.test(text)) throw new LangduError('text_unspeakable', { characters: '☃' });
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
      const timing = timingOf(match[0], start, 0.1 / rate);
      this.chunks += 1;
      yield { samples, sampleRate, sentence, last: true, warnings: snowmen, timing };
    }
  }
}

/** Every character a word, but for marks: those are silence. */
function timingOf(text: string, start: number, each: number): SentenceTiming {
  const words: SentenceTiming['words'][number][] = [];
  let from = 0;
  let at = start;
  for (const character of text) {
    const span = { start: at, end: at + character.length, from, to: from + each };
    if (/[\p{L}\p{N}]/u.test(character)) words.push({ text: character, ...span });
    from += each;
    at += character.length;
  }
  return { lead: 0, seconds: from, words, phones: [] };
}

function sentencesOf(text: string): RegExpExecArray[] {
  return [...text.matchAll(/[^。！？\n]+[。！？\n]*/g)];
}
