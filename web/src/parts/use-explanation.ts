import { useEffect, useState } from 'preact/hooks';
import { firstCharacters } from '../../../src/text/characters.ts';
import { useSay } from '../say.ts';
import { Unreachable } from '../server/ask.ts';
import { type Explanation, explain } from '../server/read.ts';
import type { Words } from '../store/use-lexicon.ts';

/** The longest text that a server explains, in characters, and how long typing rests before it is asked. */
const EXPLAINED = 2000;
const REST_MS = 300;
const AGAIN_MS = 3000;

interface Explained {
  readonly text: string;
  readonly voice: string;
  readonly words: Words;
  /** Longest text that is spoken at once, when known: no longer one is explained. */
  readonly most: number | undefined;
  /** The server answers; once it does again, what failed is asked again. */
  readonly usable: boolean;
}

/**
 * How a text is read, asked again when it changes; what was last known stays until then. `longest`: of how many
 * characters.
 */
export function useExplanation({ text, voice, words, most, usable }: Explained) {
  const { language } = useSay();
  const [explanation, setExplanation] = useState<Explanation>();
  const [problem, setProblem] = useState<unknown>();
  const longest = Math.min(EXPLAINED, most ?? EXPLAINED);
  const asked = firstCharacters(text, longest);
  useEffect(() => {
    const controller = new AbortController();
    const look = async () => {
      try {
        setExplanation(await explain({ text: asked, voice, lexicon: words }, language, controller.signal));
        setProblem(undefined);
      } catch (error) {
        if (controller.signal.aborted) return;
        setProblem(error);
        // A moment without the network, which nothing else may have noticed.
        if (error instanceof Unreachable) timer = setTimeout(() => void look(), AGAIN_MS);
      }
    };
    let timer = setTimeout(() => void look(), REST_MS);
    if (!usable) clearTimeout(timer);
    if (asked.trim() === '') {
      clearTimeout(timer);
      setExplanation(undefined);
      setProblem(undefined);
    }
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [asked, voice, words, language, usable]);
  return { explanation, problem, longest };
}
