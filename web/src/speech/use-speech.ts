import { useRef, useState } from 'preact/hooks';
import type { Player } from '../audio/player.ts';
import { Recording } from '../audio/recording.ts';
import type { Choice } from '../choice.ts';
import { newId } from '../new-id.ts';
import { ServerError } from '../server/ask.ts';
import { type SpokenRequest, type SpokenWarning, streamSpeech, type TimedSentence } from '../server/speech.ts';
import type { Language } from '../strings.ts';
import { expectedSeconds, type Take } from './take.ts';

export type Progress =
  | { readonly state: 'idle' }
  | { readonly state: 'working'; readonly since: number }
  | { readonly state: 'stopped' }
  /** `heard`: some of it had come. */
  | { readonly state: 'failed'; readonly error: unknown; readonly heard: boolean; readonly retry: () => void }
  /** Milliseconds to the first audio, and to the end. */
  | { readonly state: 'done'; readonly first: number; readonly took: number };

interface Options {
  readonly player: Player;
  readonly language: Language;
  /** A speech begins: told at once, while the click that asked for it is handled. */
  readonly onBegin: (take: Take) => void;
  /** All of it is there. */
  readonly onDone: (take: Take) => void;
  /** It broke off; nothing more comes. */
  readonly onBroken: (take: Take) => void;
}

/** One speech at a time: how far it is, and the take that came of it. */
export function useSpeech({ player, language, onBegin, onDone, onBroken }: Options) {
  const [progress, setProgress] = useState<Progress>({ state: 'idle' });
  const [take, setTake] = useState<Take>();
  const current = useRef<AbortController | undefined>(undefined);

  /** @param choice what the request was made from; to be called while a click or a key is handled */
  const start = (request: SpokenRequest, choice: Choice, sampleRate: number) => {
    player.prepare(sampleRate);
    void speak(request, choice, sampleRate);
  };

  const speak = async (request: SpokenRequest, choice: Choice, sampleRate: number) => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    const since = performance.now();
    let first = 0;
    let recording = new Recording(sampleRate);
    const sentences: TimedSentence[] = [];
    const warnings: SpokenWarning[] = [];
    const base = { id: newId(), at: Date.now(), request, choice };
    const before = take?.recording.complete === true && take.recording.length > 0 ? take : undefined;
    /** Another one has begun, or one of before is heard: what becomes of this is for the history alone. */
    const replaced = () => current.current !== controller;
    let broken: Pick<Take, 'brokenOff'> = {};
    const show = (): Take => {
      const shown = { ...base, ...broken, recording, sentences: [...sentences], warnings: [...warnings] };
      if (replaced()) return shown;
      player.expected = expectedSeconds(shown);
      setTake(shown);
      return shown;
    };
    const listen = () => {
      if (replaced()) return;
      player.load(recording);
      void player.play();
    };
    setProgress({ state: 'working', since });
    onBegin(show());
    listen();
    try {
      await streamSpeech(request, language, controller.signal, {
        plan: (rate) => {
          if (rate === recording.sampleRate) return;
          recording = new Recording(rate);
          listen();
        },
        sentence: (sentence) => {
          sentences.push(sentence);
          show();
        },
        audio: (bytes) => {
          first ||= performance.now() - since;
          recording.append(bytes);
        },
        warning: (warning) => void warnings.push(warning),
      });
      recording.finish();
      if (!replaced()) setProgress({ state: 'done', first, took: performance.now() - since });
      onDone(show());
    } catch (error) {
      recording.finish();
      broken = { brokenOff: true };
      onBroken(show());
      if (replaced()) return;
      if (controller.signal.aborted) setProgress({ state: 'stopped' });
      else {
        const retry = () => void speak(request, choice, sampleRate);
        setProgress({ state: 'failed', error, heard: recording.length > 0, retry });
      }
      if (recording.length === 0) takeUp(before);
    } finally {
      if (!replaced()) current.current = undefined;
    }
  };

  const stop = () => {
    player.pause();
    current.current?.abort();
  };

  const takeUp = (kept: Take | undefined) => {
    player.expected = 0;
    player.load(kept?.recording);
    setTake(kept);
  };

  /** A take of before, to be heard again. */
  const recall = (recalled: Take) => {
    const speaking = current.current;
    // First: what is broken off here shows nothing any more.
    current.current = undefined;
    speaking?.abort();
    player.pause();
    takeUp(recalled);
    setProgress({ state: 'idle' });
  };

  return { progress, take, start, stop, recall };
}

/** The text itself is what is wrong: the person goes back into it. */
export function blamesText(error: unknown): boolean {
  return error instanceof ServerError && error.code.startsWith('text_');
}
