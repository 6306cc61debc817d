import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import type { Weights } from '../weights.ts';
import { varianceAdaptor } from './adaptor.ts';
import { textEncoder } from './encoder.ts';
import type { SambertSettings } from './settings.ts';

/** Rows of the embedding tables, which are whatever the checkpoint has. */
export interface TableSizes {
  readonly sy: number;
  readonly tone: number;
  readonly syllableFlag: number;
  readonly wordSegment: number;
  readonly bytes: number;
  readonly emotion: number;
  readonly speaker: number;
}

/**
 * Everything that runs once a sentence: symbols in; text_hidden, pitch, energy, log-durations and the rows to regulate
 * out. `ids` are `[6, N]` (sy, tone, syllable flag, word segment, emotion, speaker), or `[3, N]` with one table of
 * bytes. `intensity` weighs each symbol's emotion against `neutral`: 1 leaves the trained row as it is, to the bit.
 */
export function encoderGraph(
  graph: GraphBuilder,
  weights: Weights,
  settings: SambertSettings,
  sizes: TableSizes,
  neutral: number,
  speakerEmbedding: Float32Array | undefined,
): void {
  const fields = settings.bytes ? 3 : 6;
  const ids = graph.input('ids', 'int32', [fields, 'N']);
  const positions = graph.input('positions', 'float32', ['N', settings.embeddingDim]);
  const intensity = graph.input('intensity', 'float32', ['N', 1]);
  const scale = graph.input('pitch_scale', 'float32', [1]);
  const offset = graph.input('pitch_offset', 'float32', [1]);
  const rows = graph
    .addMany('Split', [ids, graph.ints(new Array(fields).fill(1))], fields, { axis: 0 })
    .map((row) => graph.add('Reshape', [row, graph.ints([-1])]));
  const look = (name: string, row: Value, size: number, width: number) =>
    graph.add('Gather', [graph.weight(weights.take(name, [size, width]), [size, width]), row], { axis: 0 });

  const text = (name: string, row: number, size: number) =>
    look(`text_encoder.${name}.weight`, rows[row]!, size, settings.embeddingDim);
  const embedded = settings.bytes
    ? text('byte_index_emb', 0, sizes.bytes)
    : [
        text('tone_emb', 1, sizes.tone),
        text('syllable_flag_emb', 2, sizes.syllableFlag),
        text('ws_emb', 3, sizes.wordSegment),
      ].reduce((sum, value) => graph.add('Add', [sum, value]), text('sy_emb', 0, sizes.sy));
  const hidden = textEncoder(graph, embedded, positions, weights, settings);

  const table = weights.take('emo_tokenizer.weight', [sizes.emotion, settings.emotionUnits]);
  // As float32, like the neutral row it is blended with: small, and small intensities keep their meaning.
  const trained = graph.add('Gather', [graph.float(table, [sizes.emotion, settings.emotionUnits]), rows[fields - 2]!]);
  const base = graph.float(table.slice(neutral * settings.emotionUnits, (neutral + 1) * settings.emotionUnits), [
    1,
    settings.emotionUnits,
  ]);
  const emotion = graph.add('Add', [
    graph.add('Mul', [trained, intensity]),
    graph.add('Mul', [base, graph.add('Sub', [graph.scalar(1), intensity])]),
  ]);
  const speaker = speakerEmbedding
    ? graph.add('Expand', [
        graph.float(speakerEmbedding, [1, settings.speakerUnits]),
        graph.add('Concat', [graph.add('Shape', [rows[0]!]), graph.ints([1])], { axis: 0 }),
      ])
    : look('spk_tokenizer.weight', rows[fields - 1]!, sizes.speaker, settings.speakerUnits);

  const adapted = varianceAdaptor(graph, hidden, speaker, emotion, { scale, offset }, weights, settings);
  graph.output('text_hidden', hidden, 'float32', ['N', settings.projectionUnits]);
  graph.output('pitch', adapted.pitch, 'float32', ['N']);
  graph.output('energy', adapted.energy, 'float32', ['N']);
  graph.output('log_duration', adapted.logDuration, 'float32', ['N']);
  graph.output('text', adapted.text, 'float32', ['N', settings.projectionUnits]);
  graph.output('speaker', speaker, 'float32', ['N', settings.speakerUnits]);
  graph.output('emotion', emotion, 'float32', ['N', settings.emotionUnits]);
}
