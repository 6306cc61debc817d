import { weightSources } from '../../src/importer/int8/float-weights.ts';
import { convolutions } from '../../src/importer/int8/rewrite.ts';
import { unitsOf } from '../../src/importer/int8/units.ts';
import type { RunnableGraph } from '../../src/inference/session.ts';
import type { GraphValue } from '../../src/onnx/model.ts';
import type { Voice } from '../../src/voice/open.ts';
import { table } from '../table.ts';

/** A voice's vocoder stages that add up the processor seconds they take. */
export class ClockedStages {
  readonly stages: readonly RunnableGraph[];
  private taken: number[];

  constructor({ vocoder }: Voice) {
    this.taken = vocoder.stages.map(() => 0);
    this.stages = vocoder.stages.map((stage, index) => ({
      run: (feeds, outputs) => {
        const start = process.cpuUsage();
        const results = stage.run(feeds, outputs);
        const { user, system } = process.cpuUsage(start);
        this.taken[index]! += (user + system) / 1e6;
        return results;
      },
    }));
  }

  /** Since the last time. */
  take(): number[] {
    const taken = this.taken;
    this.taken = taken.map(() => 0);
    return taken;
  }
}

/**
 * What int8 saves in each stage; `times` are seconds for a second of speech, of fp32 and int8. The last column,
 * picoseconds for each multiplication of the layers that are int8, is what `SAVED` in src/importer/int8/units.ts holds.
 */
export function stageTable(
  { manifest }: Voice,
  graphs: readonly GraphValue[],
  taken: readonly { readonly int8: readonly number[] }[],
  times: readonly [readonly number[], readonly number[]],
): string {
  let rate = manifest.sampleRate / manifest.vocoder.hop;
  const rows = graphs.map((graph, stage) => {
    rate *= manifest.vocoder.stages[stage]!.scale;
    const order = convolutions(graph).map(({ outputs }) => outputs[0]!);
    const isInt8 = new Set(taken[stage]!.int8.map((number) => order[number]!));
    const multiplications = unitsOf(graph, stage, rate)
      .flatMap(({ layers }) => layers)
      .filter((layer) => isInt8.has(layer))
      .reduce((sum, layer) => sum + rate * size(graph, layer), 0);
    const [before, after] = times.map((each) => each[stage]!) as [number, number];
    return [
      `${stage}`,
      `${outputChannels(graph)}`,
      (1000 * before).toFixed(1),
      (1000 * after).toFixed(1),
      `${(100 * (1 - after / before)).toFixed(0)} %`,
      multiplications === 0 ? '' : ((1e12 * (before - after)) / multiplications).toFixed(1),
    ];
  });
  return table(['stage', 'channels', 'fp32 ms per s', 'int8 ms per s', 'saved', 'ps a multiplication'], rows);
}

function size(graph: GraphValue, layer: string): number {
  const node = convolutions(graph).find(({ outputs }) => outputs[0] === layer)!;
  return weightSources(graph)
    .shapeOf(node.inputs[1]!)
    .reduce((product, extent) => product * extent, 1);
}

/** Of its residual layers: the last convolution with as many channels in as out. */
function outputChannels(graph: GraphValue): number {
  const sources = weightSources(graph);
  const shapes = convolutions(graph).map(({ inputs }) => sources.shapeOf(inputs[1]!));
  return shapes.findLast(([out, inner]) => out === inner)![0]!;
}
