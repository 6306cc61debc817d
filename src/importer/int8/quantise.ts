import { encodeModel, type GraphValue } from '../../onnx/model.ts';
import { decodeModel } from '../../onnx/read.ts';
import { Vocoder } from '../../vocoder/vocode.ts';
import { type VoiceManifest, vocoderFile } from '../../voice/manifest.ts';
import type { Voice } from '../../voice/open.ts';
import { problem } from '../problem.ts';
import { type Choice, chooseUnits } from './choose.ts';
import { ObservedStage } from './observe.ts';
import { Rehearsal } from './rehearse.ts';
import { convolutions } from './rewrite.ts';
import { type Mel, speakSentences } from './sentences.ts';
import { type Unit, unitsOf } from './units.ts';

/** Median log-mel distance to float32 that an int8 vocoder must keep, unless told otherwise. dB */
export const DEFAULT_INT8_BOUND = 0.5;

/** Factor of the bound from one choice to the next. */
const AIM_LOWER = 0.8;

export interface QuantisedVocoder {
  /** File → graph, of each stage. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly record: NonNullable<VoiceManifest['int8']>;
}

/**
 * The vocoder of an open float32 voice in int8: ranges from sentences that the voice itself speaks, layers chosen so
 * that the median log-mel distance on other sentences is at most `bound` dB. `files` are the stages' graphs. Throws
 * `import_failed` when no layer can be int8 within it.
 */
export function quantiseVocoder(
  voice: Voice,
  files: readonly Uint8Array[],
  bound: number,
  onProgress: (message: string) => void = () => undefined,
): QuantisedVocoder {
  const graphs = files.map((bytes) => decodeModel(bytes));
  onProgress('speaking the sentences that ranges are taken from');
  const { units, rehearsal } = rehearse(voice, graphs);
  onProgress(`trying ${units.length} groups of layers in int8`);
  const record = rehearsal.on(speakSentences(voice, 'record'));
  const choice = choose(units, bound, rehearsal, record);
  if (choice === undefined) {
    throw problem(
      units.length === 0
        ? 'no layer of this vocoder is wide enough for int8'
        : `no layer of this vocoder can be int8 within ${bound} dB; give another --int8-bound`,
    );
  }
  const quantised = rehearsal.quantise(choice.units);
  const chosen = new Set(choice.units.flatMap(({ stage, layers }) => layers.map((layer) => `${stage}/${layer}`)));
  return {
    files: new Map(quantised.map((graph, stage) => [vocoderFile(stage), encodeModel(graph)])),
    record: {
      bound,
      median: round(choice.distance.median),
      p95: round(choice.distance.p95),
      stages: graphs.map((graph, stage) => {
        const isInt8 = convolutions(graph).map(({ outputs }) => chosen.has(`${stage}/${outputs[0]}`));
        const numbers = (wanted: boolean) => isInt8.flatMap((is, index) => (is === wanted ? [index] : []));
        return { int8: numbers(true), fp32: numbers(false) };
      }),
    },
  };
}

/**
 * The units that stay within the bound on the sentences they are chosen by, with the distance on others. Chosen to fit
 * their own, they may be a little beyond on those: then the choice aims lower.
 */
function choose(units: readonly Unit[], bound: number, rehearsal: Rehearsal, record: Rehearsal): Choice | undefined {
  for (let aim = bound; ; aim *= AIM_LOWER) {
    const choice = chooseUnits(units, aim, (chosen) => rehearsal.distance(chosen));
    if (choice === undefined) return undefined;
    const distance = record.distance(choice.units);
    if (distance.median <= bound) return { units: choice.units, distance };
  }
}

/** What could be int8 in an open float32 voice, and what tells its distance; `graphs` are the stages'. */
export function rehearse(voice: Voice, graphs: readonly GraphValue[]): { units: Unit[]; rehearsal: Rehearsal } {
  const { manifest, vocoder } = voice;
  const ranges = observe(voice, graphs, speakSentences(voice, 'ranges'));
  let rate = 1;
  const units = graphs.flatMap((graph, stage) => {
    rate *= vocoder.spec.stages[stage]!.scale;
    return unitsOf(graph, stage, rate);
  });
  const sentences = speakSentences(voice, 'choice');
  return { units, rehearsal: new Rehearsal(vocoder, graphs, ranges, manifest.sampleRate, sentences) };
}

function observe(voice: Voice, graphs: readonly GraphValue[], sentences: readonly Mel[]) {
  const stages = graphs.map((graph) => new ObservedStage(graph));
  try {
    for (const frames of sentences) {
      new Vocoder({ spec: voice.vocoder.spec, stages }, { pitch: 1, seed: 1 }).push(frames, true);
    }
    return stages.map((stage) => stage.ranges());
  } finally {
    for (const stage of stages) stage.close();
  }
}

/** Two digits: the last bits of another processor change no more. */
function round(decibels: number): number {
  return Number(decibels.toPrecision(2));
}
