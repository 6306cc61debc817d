import type { VoiceSummary } from '../api.ts';
import type { Strings } from '../strings.ts';

/** Whose voice it is and what must be credited. */
export function About({ voice, say }: { readonly voice: VoiceSummary; readonly say: Strings }) {
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
