import type { Tree } from '../../src/importer/params.ts';

/** The keys of a checkpoint and their shapes, as KAN-TTS's model classes register them for a configuration. */
export type Shapes = Map<string, readonly number[]>;

/** Rows of the embedding tables. */
export interface TableRows {
  readonly sy: number;
  readonly tone: number;
  readonly syllableFlag: number;
  readonly wordSegment: number;
  readonly bytes: number;
  readonly emotion: number;
  readonly speaker: number;
}

/** `params` is Model.KanTtsSAMBERT.params. */
export function sambertShapes(params: Tree, rows: TableRows): Shapes {
  const n = (key: string) => params[key] as number;
  const list = (key: string) => params[key] as readonly number[];
  const shapes: Shapes = new Map();
  const linear = (name: string, inputs: number, outputs: number, ...trailing: number[]) => {
    shapes.set(`${name}.weight`, [outputs, inputs, ...trailing]);
    shapes.set(`${name}.bias`, [outputs]);
  };
  const norm = (name: string, width: number) => {
    shapes.set(`${name}.weight`, [width]);
    shapes.set(`${name}.bias`, [width]);
  };
  const lstm = (name: string, suffix: string, inputs: number, units: number) => {
    shapes.set(`${name}.weight_ih_${suffix}`, [4 * units, inputs]);
    shapes.set(`${name}.weight_hh_${suffix}`, [4 * units, units]);
    shapes.set(`${name}.bias_ih_${suffix}`, [4 * units]);
    shapes.set(`${name}.bias_hh_${suffix}`, [4 * units]);
  };
  const fsmn = (name: string, part: 'predictor' | 'postnet', inputs: number) => {
    const memory = n(`${part}_num_memory_units`);
    const inner = n(`${part}_ffn_inner_dim`);
    for (let layer = 0; layer < n(`${part}_fsmn_num_layers`); layer += 1) {
      linear(`${name}.ffn_lst.${layer}.w_1`, layer === 0 ? inputs : memory, inner, 1);
      shapes.set(`${name}.ffn_lst.${layer}.w_2.weight`, [memory, inner, 1]);
      shapes.set(`${name}.memory_block_lst.${layer}.conv_dw.weight`, [memory, 1, n(`${part}_filter_size`)]);
    }
  };
  const prenet = (name: string, widths: readonly number[]) => {
    for (let layer = 1; layer < widths.length; layer += 1) {
      linear(`${name}.fcs.${3 * (layer - 1)}`, widths[layer - 1]!, widths[layer]!);
    }
  };

  const embedding = n('embedding_dim');
  if (params.using_byte === true) {
    shapes.set('text_encoder.byte_index_emb.weight', [rows.bytes, embedding]);
  } else {
    shapes.set('text_encoder.sy_emb.weight', [rows.sy, embedding]);
    shapes.set('text_encoder.tone_emb.weight', [rows.tone, embedding]);
    shapes.set('text_encoder.syllable_flag_emb.weight', [rows.syllableFlag, embedding]);
    shapes.set('text_encoder.ws_emb.weight', [rows.wordSegment, embedding]);
  }
  const units = n('encoder_num_units');
  const inner = n('encoder_num_heads') * Math.floor(units / n('encoder_num_heads'));
  for (let layer = 0; layer < n('encoder_num_layers'); layer += 1) {
    const name = `text_encoder.ling_enc.fft.${layer}`;
    const width = layer === 0 ? embedding : units;
    norm(`${name}.slf_attn.layer_norm`, width);
    linear(`${name}.slf_attn.w_qkv`, width, 3 * inner);
    linear(`${name}.slf_attn.fc`, inner, units);
    linear(`${name}.pos_ffn.w_1`, units, n('encoder_ffn_inner_dim'), 3);
    linear(`${name}.pos_ffn.w_2`, n('encoder_ffn_inner_dim'), units, 1);
    norm(`${name}.pos_ffn.layer_norm`, units);
  }
  norm('text_encoder.ling_enc.ln', units);
  shapes.set('text_encoder.ling_enc.position_enc.position_enc', [1, 60, embedding]);
  const projection = n('encoder_projection_units');
  shapes.set('text_encoder.ling_proj.weight', [projection, units]);
  if (params.SE !== true) shapes.set('spk_tokenizer.weight', [rows.speaker, n('speaker_units')]);
  shapes.set('emo_tokenizer.weight', [rows.emotion, n('emotion_units')]);

  const condition = projection + n('speaker_units') + n('emotion_units');
  for (const kind of ['pitch', 'energy']) {
    const name = `variance_adaptor.${kind}_predictor`;
    fsmn(`${name}.fsmn`, 'predictor', condition);
    for (const suffix of ['l0', 'l0_reverse']) {
      lstm(`${name}.blstm`, suffix, n('predictor_num_memory_units'), n('predictor_lstm_units'));
    }
    linear(`${name}.fc`, 2 * n('predictor_lstm_units'), 1);
  }
  const duration = 'variance_adaptor.duration_predictor';
  const durationUnits = n('dur_pred_lstm_units');
  prenet(`${duration}.prenet`, [1, ...list('dur_pred_prenet_units')]);
  lstm(`${duration}.lstm`, 'l0', list('dur_pred_prenet_units').at(-1)! + condition, durationUnits);
  lstm(`${duration}.lstm`, 'l1', durationUnits, durationUnits);
  linear(`${duration}.fc`, durationUnits, 1);
  shapes.set('variance_adaptor.dur_position_encoder.inv_timescales', [projection]);
  linear('variance_adaptor.pitch_emb', 1, projection, 9);
  linear('variance_adaptor.energy_emb', 1, projection, 9);

  const decoder = 'mel_decoder.mel_dec';
  const mels = n('num_mels');
  const width = n('decoder_num_units');
  const memory = n('outputs_per_step') * projection + n('speaker_units') + n('emotion_units');
  prenet(`${decoder}.prenet`, [mels, ...list('decoder_prenet_units'), width]);
  linear(`${decoder}.dec_in_proj`, memory + width, width);
  for (let layer = 0; layer < n('decoder_num_layers'); layer += 1) {
    const name = `${decoder}.pnca.${layer}`;
    norm(`${name}.pnca_attn.layer_norm`, width);
    linear(`${name}.pnca_attn.w_x_qkv`, width, 3 * width);
    linear(`${name}.pnca_attn.fc_x`, width, width);
    linear(`${name}.pnca_attn.w_h_kv`, memory, 2 * width);
    linear(`${name}.pnca_attn.fc_h`, width, width);
    linear(`${name}.pos_ffn.w_1`, width, n('decoder_ffn_inner_dim'), 1);
    linear(`${name}.pos_ffn.w_2`, n('decoder_ffn_inner_dim'), width, 1);
    norm(`${name}.pos_ffn.layer_norm`, width);
  }
  norm(`${decoder}.ln`, width);
  linear(`${decoder}.dec_out_proj`, width, n('outputs_per_step') * mels);

  fsmn('mel_postnet.fsmn', 'postnet', mels);
  lstm('mel_postnet.lstm', 'l0', n('postnet_num_memory_units'), n('postnet_lstm_units'));
  linear('mel_postnet.fc', n('postnet_lstm_units'), mels);
  return shapes;
}

/** `params` is Model.Generator.params; `plain` is how weights are named once weight norm is removed. */
export function hifiganShapes(params: Tree, plain: boolean): Shapes {
  const n = (key: string, fallback: number) => (params[key] as number | undefined) ?? fallback;
  const scales = params.upsample_scales as readonly number[];
  const widths = params.upsample_kernal_sizes as readonly number[];
  const kernels = params.resblock_kernel_sizes as readonly number[];
  const dilations = params.resblock_dilations as readonly (readonly number[])[];
  const shapes: Shapes = new Map();
  const kernel = (name: string, shape: readonly number[], bias: number) => {
    shapes.set(`${name}.bias`, [bias]);
    if (plain) {
      shapes.set(`${name}.weight`, shape);
    } else {
      shapes.set(`${name}.weight_g`, [shape[0]!, 1, 1]);
      shapes.set(`${name}.weight_v`, shape);
    }
  };
  const convolution = (name: string, inputs: number, outputs: number, width: number) =>
    kernel(name, [outputs, inputs, width], outputs);
  const channels = (stage: number) => Math.floor(n('channels', 512) / 2 ** stage);
  const size = n('kernel_size', 7);

  convolution('conv_pre.conv1d', n('in_channels', 80), channels(0), size);
  scales.forEach((_, stage) => {
    const [inner, outer] = [channels(stage), channels(stage + 1)];
    kernel(`transpose_upsamples.${stage}.1.deconv`, [inner, outer, widths[stage]!], outer);
    if (params.repeat_upsample !== false) convolution(`repeat_upsamples.${stage}.2.conv1d`, inner, outer, size);
    kernels.forEach((width, block) => {
      const name = `conv_blocks.${stage * kernels.length + block}`;
      dilations[block]!.forEach((__, layer) => {
        convolution(`${name}.convs1.${layer}.conv1d`, outer, outer, width);
        convolution(`${name}.convs2.${layer}.conv1d`, outer, outer, width);
      });
    });
  });
  convolution('conv_post.conv1d', channels(scales.length), n('out_channels', 1), size);
  const source = params.nsf_params as Tree | undefined;
  if (source !== undefined && source !== null) {
    convolution('source_module.ffn.0', (source.nb_harmonics as number) + 1, 1, 1);
    scales.forEach((_, stage) => {
      const rate = scales.slice(stage + 1).reduce((product, scale) => product * scale, 1);
      convolution(`source_downs.${stage}.conv1d`, 1, channels(stage + 1), rate === 1 ? 1 : 2 * rate);
    });
  }
  return shapes;
}
