import { useEffect, useState } from 'preact/hooks';
import { useSay } from '../say.ts';
import { type Explanation, explain } from '../server/read.ts';
import type { Words } from '../store/use-lexicon.ts';

/** The longest text that the server explains, in characters, and how long typing rests before it is asked. */
export const EXPLAINED = 2000;
const REST_MS = 300;

/** How a text is read, asked again when it changes; what was last known stays until then. */
export function useExplanation(text: string, voice: string, words: Words) {
  const { language } = useSay();
  const [explanation, setExplanation] = useState<Explanation>();
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    const controller = new AbortController();
    const asked = [...text].slice(0, EXPLAINED).join('');
    const look = async () => {
      try {
        setExplanation(await explain({ text: asked, voice, lexicon: words }, language, controller.signal));
        setProblem(undefined);
      } catch (error) {
        if (!controller.signal.aborted) setProblem(error);
      }
    };
    const timer = setTimeout(() => void look(), REST_MS);
    if (text.trim() === '') {
      clearTimeout(timer);
      setExplanation(undefined);
      setProblem(undefined);
    }
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, voice, words, language]);
  return { explanation, problem };
}
