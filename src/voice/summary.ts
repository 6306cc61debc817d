import type { VoiceSummary } from '../speech.ts';
import type { VoiceManifest } from './manifest.ts';

/** What the voice offers, for listings. */
export function summarise(manifest: VoiceManifest): VoiceSummary {
  const { controls } = manifest;
  return {
    name: manifest.name,
    language: manifest.language,
    sampleRate: manifest.sampleRate,
    speakers: manifest.speakers,
    emotions: manifest.emotions,
    controls: [
      'rate',
      'pitch',
      'volume',
      ...(controls.emotion ? ['emotion', 'intensity'] : []),
      ...(controls.seed ? ['seed'] : []),
    ],
    description: manifest.description,
    licence: manifest.licence,
    credit: manifest.credit,
  };
}
