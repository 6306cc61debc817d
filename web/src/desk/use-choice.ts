import { useEffect } from 'preact/hooks';
import { type Choice, plainChoice } from '../choice.ts';
import type { ServerState } from '../hooks/use-server.ts';
import { useKept } from '../store/kept.ts';

/** What was last chosen, as long as the server has that voice; else its default voice as it is. */
export function useChoice({ voices }: ServerState): [Choice | undefined, (choice: Choice) => void] {
  const [choice, setChoice] = useKept<Choice | undefined>('choice', undefined);
  useEffect(() => {
    if (voices === undefined || voices.voices.some(({ name }) => name === choice?.voice)) return;
    const voice = voices.voices.find(({ name }) => name === voices.default) ?? voices.voices[0];
    if (voice !== undefined) setChoice(plainChoice(voice));
  }, [voices]);
  return [choice, setChoice];
}
