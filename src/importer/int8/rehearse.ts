import { type FloatTensor, floats, type RunnableGraph, Session, type Tensor } from '../../inference/session.ts';
import { encodeModel, type GraphValue } from '../../onnx/model.ts';
import type { VocoderModel } from '../../vocoder/model.ts';
import { Vocoder } from '../../vocoder/vocode.ts';
import type { Range } from './arithmetic.ts';
import { frameDistances, logMel, type MelDistance, melDistance } from './log-mel.ts';
import { quantiseGraph } from './rewrite.ts';
import type { Mel } from './sentences.ts';
import type { Unit } from './units.ts';

/** Seed of an NSF voice's noise: both renderings hear the same. */
const SEED = 1;

/**
 * Renders the same sentences with one choice of quantised layers after another, and says how far each is from float32.
 */
export class Rehearsal {
  private readonly model: VocoderModel;
  private readonly graphs: readonly GraphValue[];
  private readonly ranges: readonly ReadonlyMap<string, Range>[];
  private readonly sampleRate: number;
  private readonly sentences: readonly Mel[];
  private readonly reference: readonly Float32Array[];
  private readonly recordings: readonly Recording[];

  constructor(
    model: VocoderModel,
    graphs: readonly GraphValue[],
    ranges: readonly ReadonlyMap<string, Range>[],
    sampleRate: number,
    sentences: readonly Mel[],
  ) {
    this.model = model;
    this.graphs = graphs;
    this.ranges = ranges;
    this.sampleRate = sampleRate;
    this.sentences = sentences;
    this.recordings = model.stages.map((stage) => new Recording(stage));
    this.reference = this.render(this.recordings);
  }

  /** The same with other sentences. */
  on(sentences: readonly Mel[]): Rehearsal {
    return new Rehearsal(this.model, this.graphs, this.ranges, this.sampleRate, sentences);
  }

  /** The stages' graphs with the layers of `units` in int8. */
  quantise(units: readonly Unit[]): GraphValue[] {
    return this.graphs.map((graph, stage) => {
      const layers = units.filter((unit) => unit.stage === stage).flatMap((unit) => unit.layers);
      return layers.length === 0 ? graph : quantiseGraph(graph, new Set(layers), this.ranges[stage]!);
    });
  }

  distance(units: readonly Unit[]): MelDistance {
    const graphs = this.quantise(units);
    const opened: Session[] = [];
    let changed = false;
    const stages = graphs.map((graph, index) => {
      // What comes before the first change is what it was: played back.
      if (graph === this.graphs[index]) return changed ? this.model.stages[index]! : this.recordings[index]!.replay();
      changed = true;
      const session = new Session(encodeModel(graph), { threads: 1 });
      opened.push(session);
      return session;
    });
    try {
      const mels = this.render(stages);
      return melDistance(mels.map((mel, index) => frameDistances(this.reference[index]!, mel)));
    } finally {
      for (const session of opened) session.close();
    }
  }

  private render(stages: readonly RunnableGraph[]): Float32Array[] {
    return this.sentences.map((frames) => {
      const vocoder = new Vocoder({ spec: this.model.spec, stages }, { pitch: 1, seed: SEED });
      return logMel(vocoder.push(frames, true), this.sampleRate);
    });
  }
}

/** Keeps what a stage yielded. A sentence in one piece runs each stage once, so results are told by their order. */
class Recording implements RunnableGraph {
  private readonly stage: RunnableGraph;
  private readonly results: Record<string, FloatTensor>[] = [];

  constructor(stage: RunnableGraph) {
    this.stage = stage;
  }

  run(feeds: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Record<string, FloatTensor> {
    const result = this.stage.run(feeds, outputs);
    this.results.push(copyOf(result));
    return result;
  }

  replay(): RunnableGraph {
    let next = 0;
    return {
      run: () => {
        next += 1;
        return copyOf(this.results[next - 1]!);
      },
    };
  }
}

/** Whoever runs a stage gives the memory of its results back. */
function copyOf(results: Readonly<Record<string, FloatTensor>>): Record<string, FloatTensor> {
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => [name, floats(data.slice(), dims)]),
  );
}
