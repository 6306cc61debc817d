import {
  add,
  beside,
  convolve,
  layerNorm,
  linear,
  lstm,
  lstmCell,
  type Rows,
  relu,
  type State,
  type Vector,
} from './state.ts';

/** Model.KanTtsSAMBERT.params, as the YAML has them. */
export type SambertParams = Readonly<Record<string, unknown>>;

export interface SambertResult {
  readonly textHidden: Rows;
  readonly pitch: number[];
  readonly energy: number[];
  readonly logDuration: number[];
  readonly durations: number[];
  /** `[T][mels]`, before and after the postnet. */
  readonly decoder: Rows;
  readonly mel: Rows;
}

/** `ids` holds a row for each field of the line; `speaker` is se.npy of an SE voice. */
export function runSambert(
  state: State,
  params: SambertParams,
  ids: readonly (readonly number[])[],
  speaker?: Float32Array,
): SambertResult {
  const number = (key: string) => {
    const value = params[key];
    if (typeof value !== 'number') throw new Error(`${key} is no number`);
    return value;
  };
  const r = number('outputs_per_step');
  const emotionIds = ids[ids.length - 2]!;
  const speakerIds = ids[ids.length - 1]!;

  const textHidden = encodeText(state, number, ids);
  const emotion = emotionIds.map((id) => embedding(state, 'emo_tokenizer', id));
  const speakers = speakerIds.map((id) =>
    speaker === undefined ? embedding(state, 'spk_tokenizer', id) : Float64Array.from(speaker),
  );

  const condition = beside(textHidden, speakers, emotion);
  const predict = (kind: string) => {
    const name = `variance_adaptor.${kind}_predictor`;
    const memory = fsmn(state, `${name}.fsmn`, condition, shifts(params, 'predictor'));
    const both = beside(
      lstm(state, `${name}.blstm`, 'l0', memory),
      lstm(state, `${name}.blstm`, 'l0_reverse', memory, true),
    );
    return linear(state, `${name}.fc`, both);
  };
  const pitch = predict('pitch');
  const energy = predict('energy');
  const text = add(
    add(textHidden, convolve(state, 'variance_adaptor.pitch_emb', pitch)),
    convolve(state, 'variance_adaptor.energy_emb', energy),
  );
  const logDuration = predictDurations(state, beside(text, speakers, emotion));
  const durations = logDuration.map((value) => Math.trunc(Math.exp(value) - 1 + 0.5));
  const longest = Math.max(...logDuration.map((value) => Math.exp(value) - 1));
  const frames = durations.reduce((sum, count) => sum + count, 0);

  const memory = regulate(state, text, speakers, emotion, durations, r);
  const band = Math.trunc(longest / r + 0.5);
  const decoder = decode(state, number, memory, band, r).slice(0, frames);
  return {
    textHidden,
    pitch: pitch.map((row) => row[0]!),
    energy: energy.map((row) => row[0]!),
    logDuration,
    durations,
    decoder,
    mel: postnet(state, decoder, shifts(params, 'postnet')),
  };
}

function embedding(state: State, name: string, id: number): Vector {
  const { shape, data } = state.get(`${name}.weight`);
  const width = shape[1]!;
  if (id >= shape[0]!) throw new Error(`${name} has no row ${id}`);
  return Float64Array.from(data.subarray(id * width, (id + 1) * width));
}

function shifts(params: SambertParams, part: string): number[] {
  const shift = params[`${part}_shift`];
  if (Array.isArray(shift)) return shift as number[];
  return new Array(params[`${part}_fsmn_num_layers`] as number).fill(shift as number);
}

// §3.1

function encodeText(state: State, number: (key: string) => number, ids: readonly (readonly number[])[]): Rows {
  const tables = ids.length === 3 ? ['byte_index_emb'] : ['sy_emb', 'tone_emb', 'syllable_flag_emb', 'ws_emb'];
  const units = number('encoder_num_units');
  const heads = number('encoder_num_heads');
  const width = number('embedding_dim');
  let x: Rows = ids[0]!.map((_, n) => {
    const sum = new Float64Array(width);
    tables.forEach((table, field) => {
      embedding(state, `text_encoder.${table}`, ids[field]![n]!).forEach((value, c) => {
        sum[c]! += value;
      });
    });
    return sum.map((value, c) => {
      const half = width / 2;
      const j = c % half;
      const angle = (n + 1) / 10000 ** (j / (half - 1));
      return value * Math.sqrt(units) + (c < half ? Math.sin(angle) : Math.cos(angle));
    });
  });
  for (let layer = 0; layer < number('encoder_num_layers'); layer += 1) {
    const name = `text_encoder.ling_enc.fft.${layer}`;
    const attended = selfAttention(state, `${name}.slf_attn`, x, heads, Math.floor(units / heads));
    x = attended[0]!.length === x[0]!.length ? add(attended, x) : attended;
    const normed = layerNorm(state, `${name}.pos_ffn.layer_norm`, x);
    x = add(convolve(state, `${name}.pos_ffn.w_2`, relu(convolve(state, `${name}.pos_ffn.w_1`, normed))), x);
  }
  return linear(state, 'text_encoder.ling_proj', layerNorm(state, 'text_encoder.ling_enc.ln', x));
}

function selfAttention(state: State, name: string, x: Rows, heads: number, width: number): Rows {
  const qkv = linear(state, `${name}.w_qkv`, layerNorm(state, `${name}.layer_norm`, x));
  const inner = heads * width;
  const mixed = qkv.map((row) => {
    const out = new Float64Array(inner);
    for (let head = 0; head < heads; head += 1) {
      const query = row.subarray(head * width, (head + 1) * width);
      const part = (which: number) => qkv.map((other) => other.subarray(which * inner + head * width).slice(0, width));
      out.set(attend(query, part(1), part(2)), head * width);
    }
    return out;
  });
  return linear(state, `${name}.fc`, mixed);
}

/** softmax(q · K / sqrt(d)) · V */
function attend(query: Vector, keys: readonly Vector[], values: readonly Vector[]): Vector {
  const scores = keys.map((key) => query.reduce((sum, value, c) => sum + value * key[c]!, 0) / Math.sqrt(query.length));
  const highest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return query.map((_, c) => values.reduce((sum, value, t) => sum + (weights[t]! / total) * value[c]!, 0));
}

// §3.2

function fsmn(state: State, name: string, input: Rows, layerShifts: readonly number[]): Rows {
  let x = input;
  layerShifts.forEach((shift, layer) => {
    const ffn = `${name}.ffn_lst.${layer}`;
    const context = linear(state, `${ffn}.w_2`, relu(linear(state, `${ffn}.w_1`, x)));
    const { shape, data } = state.get(`${name}.memory_block_lst.${layer}.conv_dw.weight`);
    const taps = shape[2]!;
    const left = roundToEven((taps - 1) / 2) + Math.max(shift, 0);
    const memory = context.map((row, t) =>
      row.map((own, c) => {
        let sum = own;
        for (let k = 0; k < taps; k += 1) sum += data[c * taps + k]! * (context[t + k - left]?.[c] ?? 0);
        return sum;
      }),
    );
    x = memory[0]!.length === x[0]!.length ? add(memory, x) : memory;
  });
  return x;
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function predictDurations(state: State, condition: Rows): number[] {
  const name = 'variance_adaptor.duration_predictor';
  const units = state.get(`${name}.lstm.weight_hh_l0`).shape[1]!;
  let first = { h: new Float64Array(units), c: new Float64Array(units) };
  let second = { h: new Float64Array(units), c: new Float64Array(units) };
  let last = 0;
  return condition.map((row) => {
    let x: Rows = [Float64Array.of(last)];
    // Linear, ReLU, dropout: every third entry is a layer.
    for (let index = 0; state.has(`${name}.prenet.fcs.${index}.weight`); index += 3) {
      x = relu(linear(state, `${name}.prenet.fcs.${index}`, x));
    }
    first = lstmCell(state, `${name}.lstm`, 'l0', Float64Array.of(...x[0]!, ...row), first);
    second = lstmCell(state, `${name}.lstm`, 'l1', first.h, second);
    last = Math.max(0, linear(state, `${name}.fc`, [second.h])[0]![0]!);
    return last;
  });
}

// §3.3

function regulate(
  state: State,
  text: Rows,
  speakers: Rows,
  emotion: Rows,
  durations: readonly number[],
  r: number,
): Rows {
  const { data: timescales } = state.get('variance_adaptor.dur_position_encoder.inv_timescales');
  const code = (position: number) =>
    Float64Array.from(timescales, (timescale, c) =>
      c % 2 === 0 ? Math.sin(position / timescale) : Math.cos(position / timescale),
    );
  const spread: { text: Vector; speaker: Vector; emotion: Vector }[] = [];
  durations.forEach((count, n) => {
    for (let position = 1; position <= count; position += 1) {
      const at = code(position);
      spread.push({ text: text[n]!.map((value, c) => value + at[c]!), speaker: speakers[n]!, emotion: emotion[n]! });
    }
  });
  while (spread.length % r !== 0) {
    spread.push({
      text: code(0),
      speaker: new Float64Array(speakers[0]!.length),
      emotion: new Float64Array(emotion[0]!.length),
    });
  }
  const memory: Rows = [];
  for (let t = 0; t < spread.length; t += r) {
    const group = spread.slice(t, t + r);
    memory.push(Float64Array.of(...group.flatMap((row) => [...row.text]), ...group[0]!.speaker, ...group[0]!.emotion));
  }
  return memory;
}

// §3.4

function decode(state: State, number: (key: string) => number, memory: Rows, band: number, r: number): Rows {
  const name = 'mel_decoder.mel_dec';
  const units = number('decoder_num_units');
  const heads = number('decoder_num_heads');
  const mels = number('num_mels');
  const layers = number('decoder_num_layers');
  const pastKeys: Rows[] = Array.from({ length: layers }, () => []);
  const pastValues: Rows[] = Array.from({ length: layers }, () => []);
  const frames: Rows = [];
  let last: Vector = new Float64Array(mels);
  memory.forEach((row, step) => {
    let prenet: Rows = [last];
    for (let index = 0; state.has(`${name}.prenet.fcs.${index}.weight`); index += 3) {
      const more = state.has(`${name}.prenet.fcs.${index + 3}.weight`);
      const out = linear(state, `${name}.prenet.fcs.${index}`, prenet);
      prenet = more ? relu(out) : out;
    }
    let x = linear(state, `${name}.dec_in_proj`, beside([row], prenet)).map((each) =>
      each.map((value) => value * Math.sqrt(units)),
    );
    for (let layer = 0; layer < layers; layer += 1) {
      const attention = `${name}.pnca.${layer}.pnca_attn`;
      const qkv = linear(state, `${attention}.w_x_qkv`, layerNorm(state, `${attention}.layer_norm`, x))[0]!;
      pastKeys[layer]!.push(qkv.slice(units, 2 * units));
      pastValues[layer]!.push(qkv.slice(2 * units));
      const ahead = linear(state, `${attention}.w_h_kv`, memory.slice(step, step + band + 1));
      const from = Math.max(0, step - band);
      const query = qkv.slice(0, units);
      const past = perHead(query, pastKeys[layer]!.slice(from), pastValues[layer]!.slice(from), heads);
      const next = perHead(
        query,
        ahead.map((each) => each.slice(0, units)),
        ahead.map((each) => each.slice(units)),
        heads,
      );
      x = add(add(linear(state, `${attention}.fc_x`, [past]), linear(state, `${attention}.fc_h`, [next])), x);
      const ffn = `${name}.pnca.${layer}.pos_ffn`;
      const normed = layerNorm(state, `${ffn}.layer_norm`, x);
      x = add(linear(state, `${ffn}.w_2`, relu(linear(state, `${ffn}.w_1`, normed))), x);
    }
    const out = linear(state, `${name}.dec_out_proj`, layerNorm(state, `${name}.ln`, x))[0]!;
    for (let i = 0; i < r; i += 1) frames.push(out.slice(i * mels, (i + 1) * mels));
    last = frames.at(-1)!;
  });
  return frames;
}

function perHead(query: Vector, keys: Rows, values: Rows, heads: number): Vector {
  const width = query.length / heads;
  const out = new Float64Array(query.length);
  for (let head = 0; head < heads; head += 1) {
    const part = (row: Vector) => row.slice(head * width, (head + 1) * width);
    out.set(attend(part(query), keys.map(part), values.map(part)), head * width);
  }
  return out;
}

// §3.5

function postnet(state: State, frames: Rows, layerShifts: readonly number[]): Rows {
  const memory = fsmn(state, 'mel_postnet.fsmn', frames, layerShifts);
  return add(linear(state, 'mel_postnet.fc', lstm(state, 'mel_postnet.lstm', 'l0', memory)), frames);
}
