import type { Speaker, SpeechChunk } from '../src/speech.ts';

/** Speaks each request once and remembers it: references of many files of the same speech cost little more than one. */
export function saidOnce(speaker: Speaker): Pick<Speaker, 'speak'> {
  const said = new Map<string, SpeechChunk[]>();
  return {
    async *speak(request) {
      const key = JSON.stringify(request);
      let chunks = said.get(key);
      if (chunks === undefined) {
        chunks = [];
        for await (const chunk of speaker.speak(request)) chunks.push(chunk);
        said.set(key, chunks);
      }
      yield* chunks;
    },
  };
}
