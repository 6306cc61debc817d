import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Language, type Strings, strings } from './strings.ts';

/** The page's language and its words in it. */
export interface Saying {
  readonly language: Language;
  readonly say: Strings;
}

export const SayingContext = createContext<Saying>({ language: 'zh', say: strings.zh });

export function useSay(): Saying {
  return useContext(SayingContext);
}
