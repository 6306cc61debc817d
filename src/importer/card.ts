import type { VoiceManifest } from '../voice/manifest.ts';

/** The package's README.md: what a person who finds the folder should know, from what the manifest says. */
export function modelCard(manifest: Omit<VoiceManifest, 'files'>): string {
  const { controls } = manifest;
  const pitch =
    controls.pitch.through === 'f0'
      ? 'f0 in Hz on its way into the vocoder'
      : `the pitch predictor, taking its mean to be ${controls.pitch.meanOverDeviation} deviations: approximate`;
  const rows = [
    ['language', manifest.language],
    ['sample rate', `${manifest.sampleRate} Hz`],
    ['speakers', manifest.speakers.join(', ')],
    ['emotions', manifest.emotions.join(', ')],
    ['pitch control', pitch],
    ['weights', weights(manifest)],
    ['imported from', `${manifest.origin.acoustic}, ${manifest.origin.vocoder}`],
    ['licence', manifest.licence || 'not stated: ask whoever published the model'],
    ['credit', manifest.credit || 'not stated'],
  ];
  const lines = [
    `# ${manifest.name}`,
    '',
    ...(manifest.description === '' ? [] : [manifest.description, '']),
    'A voice package of Langdu. `voice.json` describes it; the graphs are ONNX.',
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([label, value]) => `| ${label} | ${value} |`),
    '',
  ];
  return lines.join('\n');
}

function weights({ precision, int8 }: Omit<VoiceManifest, 'files'>): string {
  if (int8 === undefined) return `stored as ${precision}; computed in float32`;
  const layers = int8.stages.reduce((sum, stage) => sum + stage.int8.length, 0);
  return `${layers} convolutions of the vocoder in int8, ${int8.median} dB (median log-mel) from float32; the rest is computed in float32`;
}
