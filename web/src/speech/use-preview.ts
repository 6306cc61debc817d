import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Player } from '../audio/player.ts';
import { Recording } from '../audio/recording.ts';
import { type SpokenRequest, streamSpeech } from '../server/speech.ts';
import type { Language } from '../strings.ts';

/** Says a few words beside what the page plays: heard once, and kept nowhere. Another call ends the one before. */
export function usePreview(language: Language) {
  const player = useMemo(() => new Player(), []);
  const current = useRef<AbortController | undefined>(undefined);
  // Whatever pauses it (another sound, a stop) ends it: it is not taken up again.
  useEffect(() => {
    const end = () => current.current?.abort();
    player.addEventListener('pause', end);
    return () => player.removeEventListener('pause', end);
  }, [player]);
  return async (request: SpokenRequest, sampleRate: number): Promise<void> => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    const recording = new Recording(sampleRate);
    player.prepare(sampleRate);
    player.load(recording);
    void player.play();
    try {
      await streamSpeech(request, language, controller.signal, {
        plan: () => undefined,
        sentence: () => undefined,
        audio: (bytes) => recording.append(bytes),
        warning: () => undefined,
      });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      recording.finish();
    }
  };
}
