import { useSay } from '../say.ts';
import type { VoiceSummary } from '../server/read.ts';

/** Whose voice it is and what must be credited. */
export function About({ voice }: { readonly voice: VoiceSummary }) {
  const { say } = useSay();
  const facts: readonly [term: string, fact: string][] = [
    [say.voice, voice.name],
    [say.language, voice.language],
    [say.sampleRate, `${voice.sampleRate / 1000} kHz`],
    [say.description, voice.description],
    [say.licence, voice.licence],
    [say.credit, voice.credit],
  ];
  return (
    <section class="about" aria-labelledby="about-title">
      <h2 id="about-title">{say.about}</h2>
      <dl>
        {facts
          .filter(([, fact]) => fact !== '')
          .map(([term, fact]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{fact}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
