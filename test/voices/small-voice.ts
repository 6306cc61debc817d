import type { Tree } from '../../src/importer/params.ts';

/** Configurations of voices small enough to be computed in plain loops. What is given replaces keys of `params`; undefined removes one. */

export function smallAcoustic(params: Tree = {}, unit: Tree = {}): Tree {
  return {
    model_type: 'sambert',
    Model: {
      KanTtsSAMBERT: {
        params: present({
          max_len: 60,
          embedding_dim: 16,
          encoder_num_layers: 2,
          encoder_num_heads: 2,
          encoder_num_units: 12,
          encoder_ffn_inner_dim: 20,
          encoder_dropout: 0.1,
          encoder_attention_dropout: 0.1,
          encoder_relu_dropout: 0.1,
          encoder_projection_units: 8,
          speaker_units: 5,
          emotion_units: 6,
          predictor_filter_size: 7,
          predictor_fsmn_num_layers: 2,
          predictor_num_memory_units: 10,
          predictor_ffn_inner_dim: 14,
          predictor_dropout: 0.1,
          predictor_shift: 0,
          predictor_lstm_units: 6,
          dur_pred_prenet_units: [7, 9],
          dur_pred_lstm_units: 8,
          decoder_prenet_units: [10, 11],
          decoder_num_layers: 2,
          decoder_num_heads: 2,
          decoder_num_units: 12,
          decoder_ffn_inner_dim: 18,
          decoder_dropout: 0.1,
          decoder_attention_dropout: 0.1,
          decoder_relu_dropout: 0.1,
          outputs_per_step: 3,
          num_mels: 20,
          postnet_filter_size: 9,
          postnet_fsmn_num_layers: 2,
          postnet_num_memory_units: 13,
          postnet_ffn_inner_dim: 16,
          postnet_dropout: 0.1,
          postnet_shift: 3,
          postnet_lstm_units: 7,
          MAS: false,
          ...params,
        }),
        optimizer: { type: 'Adam' },
      },
    },
    linguistic_unit: {
      cleaners: 'english_cleaners',
      lfeat_type_list: 'sy,tone,syllable_flag,word_segment,emo_category,speaker_category',
      speaker_list: 'F7',
      ...unit,
    },
  };
}

export function smallVocoder(params: Tree = {}): Tree {
  return {
    model_type: 'hifigan',
    Model: {
      Generator: {
        params: present({
          in_channels: 20,
          out_channels: 1,
          channels: 16,
          kernel_size: 7,
          upsample_scales: [10, 5, 2, 2],
          upsample_kernal_sizes: [20, 11, 4, 4],
          resblock_kernel_sizes: [3, 7],
          resblock_dilations: [
            [1, 3],
            [1, 3],
          ],
          bias: true,
          causal: false,
          nonlinear_activation: 'LeakyReLU',
          nonlinear_activation_params: { negative_slope: 0.1 },
          use_weight_norm: true,
          ...params,
        }),
      },
    },
  };
}

/** nsf_params of a vocoder. */
export const nsf = { nb_harmonics: 7, sampling_rate: 16000 };

function present(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== undefined));
}
