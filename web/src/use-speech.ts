import { useRef, useState } from 'preact/hooks';
import type { SpeechRequest } from '../../src/speech.ts';
import { ServerError, type SpeechAnswer, synthesise } from './api.ts';
import { fileName } from './choice.ts';
import { type Language, strings } from './strings.ts';

export interface Speech {
  readonly answer: SpeechAnswer;
  /** Name of the download. */
  readonly name: string;
  /** How long it took to make, in seconds. */
  readonly took: number;
}

export type Progress =
  | { readonly state: 'idle' }
  | { readonly state: 'working'; readonly since: number }
  | { readonly state: 'stopped' }
  | { readonly state: 'failed'; readonly message: string; readonly blamesText: boolean }
  | { readonly state: 'done' };

/** One synthesis at a time: its progress, and the last audio that came of it. */
export function useSpeech(language: Language) {
  const [progress, setProgress] = useState<Progress>({ state: 'idle' });
  const [speech, setSpeech] = useState<Speech>();
  const current = useRef<AbortController | undefined>(undefined);

  const start = async (request: SpeechRequest) => {
    if (current.current !== undefined) return;
    const controller = new AbortController();
    current.current = controller;
    const since = performance.now();
    setProgress({ state: 'working', since });
    try {
      const answer = await synthesise(request, language, controller.signal);
      setSpeech({ answer, name: fileName(request.text), took: (performance.now() - since) / 1000 });
      setProgress({ state: 'done' });
    } catch (error) {
      if (controller.signal.aborted) setProgress({ state: 'stopped' });
      else if (error instanceof ServerError) fail(error.message, error.code.startsWith('text_'));
      else fail(strings[language].offline);
    } finally {
      current.current = undefined;
    }
  };
  const stop = () => current.current?.abort();
  const fail = (message: string, blamesText = false) => setProgress({ state: 'failed', message, blamesText });
  return { progress, speech, start, stop, fail };
}
