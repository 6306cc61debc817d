import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { weightSources } from '../../src/importer/int8/float-weights.ts';
import { rehearse } from '../../src/importer/int8/quantise.ts';
import { convolutions } from '../../src/importer/int8/rewrite.ts';
import { decodeModel } from '../../src/onnx/read.ts';
import { vocoderFile } from '../../src/voice/manifest.ts';
import type { Voice } from '../../src/voice/open.ts';
import { table } from '../table.ts';

/**
 * Each group of layers alone in int8: its shape, its share of what could be gained, its distance, and whether it was
 * taken.
 */
export function layerTable(
  voice: Voice,
  folder: string,
  taken: readonly { readonly int8: readonly number[] }[],
): string {
  const files = voice.manifest.vocoder.stages.map((_, index) => readFileSync(join(folder, vocoderFile(index))));
  const graphs = files.map((bytes) => decodeModel(bytes));
  const { units, rehearsal } = rehearse(voice, graphs);
  const whole = units.reduce((sum, { gain }) => sum + gain, 0);
  const rows = units.map((unit) => {
    const order = convolutions(graphs[unit.stage]!).map(({ outputs }) => outputs[0]!);
    const numbers = unit.layers.map((layer) => order.indexOf(layer));
    const node = convolutions(graphs[unit.stage]!)[numbers[0]!]!;
    const [out, inner, , width] = weightSources(graphs[unit.stage]!).shapeOf(node.inputs[1]!);
    const { median, p95 } = rehearsal.distance([unit]);
    return [
      `${vocoderFile(unit.stage)} ${numbers.join(' ')}`,
      `${inner} → ${out} × ${width}`,
      `${((100 * unit.gain) / whole).toFixed(1)} %`,
      median.toFixed(3),
      p95.toFixed(3),
      numbers.every((number) => taken[unit.stage]!.int8.includes(number)) ? 'int8' : 'fp32',
    ];
  });
  return table(['convolutions', 'channels × taps', 'share of gain', 'median dB alone', 'p95 dB', 'taken'], rows);
}
