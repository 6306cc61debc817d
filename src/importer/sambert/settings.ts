import type { Params } from '../params.ts';
import { memoryReach } from './layers.ts';

/** Sambert's hyper-parameters, named as `am/config.yaml` has them under Model.KanTtsSAMBERT.params. */
export interface SambertSettings {
  readonly embeddingDim: number;
  readonly encoderLayers: number;
  readonly encoderHeads: number;
  readonly encoderUnits: number;
  readonly encoderInner: number;
  readonly projectionUnits: number;
  readonly speakerUnits: number;
  readonly emotionUnits: number;
  readonly predictorFilter: number;
  readonly predictorLayers: number;
  readonly predictorMemory: number;
  readonly predictorInner: number;
  readonly predictorShift: readonly number[];
  readonly predictorLstm: number;
  readonly durationPrenet: readonly number[];
  readonly durationLstm: number;
  readonly decoderPrenet: readonly number[];
  readonly decoderLayers: number;
  readonly decoderHeads: number;
  readonly decoderUnits: number;
  readonly decoderInner: number;
  readonly outputsPerStep: number;
  readonly mels: number;
  readonly postnetFilter: number;
  readonly postnetLayers: number;
  readonly postnetMemory: number;
  readonly postnetInner: number;
  readonly postnetShift: readonly number[];
  readonly postnetLstm: number;
  /** A fixed speaker embedding (`se.npy`) takes the place of the speaker table. */
  readonly speakerEmbedding: boolean;
  /** Filled pauses: a small predictor over the encoder's output. */
  readonly filledPauses: boolean;
  /** One table of bytes takes the place of phones, tones and flags. */
  readonly bytes: boolean;
}

/** Rows of one decoder step's memory: r frames of text side by side, then speaker and emotion of the first. */
export function memoryWidth(settings: SambertSettings): number {
  return settings.outputsPerStep * settings.projectionUnits + settings.speakerUnits + settings.emotionUnits;
}

/** Reads Model.KanTtsSAMBERT.params. */
export function readSambertSettings(params: Params): SambertSettings {
  const predictorLayers = params.integer('predictor_fsmn_num_layers');
  const postnetLayers = params.integer('postnet_fsmn_num_layers');
  const settings: SambertSettings = {
    embeddingDim: params.integer('embedding_dim'),
    encoderLayers: params.integer('encoder_num_layers'),
    encoderHeads: params.integer('encoder_num_heads'),
    encoderUnits: params.integer('encoder_num_units'),
    encoderInner: params.integer('encoder_ffn_inner_dim'),
    projectionUnits: params.integer('encoder_projection_units'),
    speakerUnits: params.integer('speaker_units'),
    emotionUnits: params.integer('emotion_units'),
    predictorFilter: params.integer('predictor_filter_size'),
    predictorLayers,
    predictorMemory: params.integer('predictor_num_memory_units'),
    predictorInner: params.integer('predictor_ffn_inner_dim'),
    predictorShift: params.perLayer('predictor_shift', predictorLayers),
    predictorLstm: params.integer('predictor_lstm_units'),
    durationPrenet: params.integers('dur_pred_prenet_units'),
    durationLstm: params.integer('dur_pred_lstm_units'),
    decoderPrenet: params.integers('decoder_prenet_units'),
    decoderLayers: params.integer('decoder_num_layers'),
    decoderHeads: params.integer('decoder_num_heads'),
    decoderUnits: params.integer('decoder_num_units'),
    decoderInner: params.integer('decoder_ffn_inner_dim'),
    outputsPerStep: params.integer('outputs_per_step'),
    mels: params.integer('num_mels'),
    postnetFilter: params.integer('postnet_filter_size'),
    postnetLayers,
    postnetMemory: params.integer('postnet_num_memory_units'),
    postnetInner: params.integer('postnet_ffn_inner_dim'),
    postnetShift: params.perLayer('postnet_shift', postnetLayers),
    postnetLstm: params.integer('postnet_lstm_units'),
    speakerEmbedding: params.flag('SE', false),
    filledPauses: params.flag('FP', false),
    bytes: params.flag('using_byte', false),
  };
  if (settings.decoderUnits % settings.decoderHeads !== 0) {
    throw params.wrong(
      'decoder_num_heads',
      `a divisor of decoder_num_units (${settings.decoderUnits})`,
      settings.decoderHeads,
    );
  }
  if (settings.embeddingDim % 2 !== 0 || settings.embeddingDim < 4) {
    throw params.wrong('embedding_dim', 'an even number of at least 4', settings.embeddingDim);
  }
  checkReach(params, 'predictor', settings.predictorFilter, settings.predictorShift);
  checkReach(params, 'postnet', settings.postnetFilter, settings.postnetShift);
  return settings;
}

/** A memory block must keep the length: what it pads in all is one less than its filter. */
function checkReach(params: Params, part: string, filter: number, shifts: readonly number[]): void {
  for (const shift of shifts) {
    const { past, future } = memoryReach(filter, shift);
    if (past + future !== filter - 1) throw params.wrong(`${part}_filter_size`, 'odd, or a multiple of four', filter);
    if (future < 0) throw params.wrong(`${part}_shift`, `at most ${Math.floor((filter - 1) / 2)}`, shift);
  }
}
