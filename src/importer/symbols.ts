import { type InventoryLanguage, inventoryLanguages, loadInventory, specials } from '../text/symbols/inventory.ts';
import type { CheckpointWeights } from './checkpoint-weights.ts';
import { Params, type Tree } from './params.ts';
import { problem } from './problem.ts';
import type { TableSizes } from './sambert/graph.ts';

/** The symbol tables of a voice, each with just as many rows as the checkpoint's embedding. */
export interface SymbolTables {
  readonly language: InventoryLanguage | 'bytes';
  readonly fields: readonly string[];
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly speakers: readonly string[];
  readonly sizes: TableSizes;
}

const phoneFields = ['sy', 'tone', 'syllable_flag', 'word_segment'] as const;
const embeddings: Record<string, string> = {
  sy: 'text_encoder.sy_emb',
  tone: 'text_encoder.tone_emb',
  syllable_flag: 'text_encoder.syllable_flag_emb',
  word_segment: 'text_encoder.ws_emb',
  byte_index: 'text_encoder.byte_index_emb',
  emo_category: 'emo_tokenizer',
  speaker_category: 'spk_tokenizer',
};

/** Reads linguistic_unit and settles every table's size by its embedding: older voices have no mask symbol. */
export function readSymbols(
  config: Tree,
  weights: CheckpointWeights,
  options: { readonly bytes: boolean; readonly speakerEmbedding: boolean },
): SymbolTables {
  const unit = Params.at(config, ['linguistic_unit'], 'am/config.yaml');
  const fields = unit
    .text('lfeat_type_list')
    .split(',')
    .map((field) => field.trim());
  const expected = [...(options.bytes ? ['byte_index'] : phoneFields), 'emo_category', 'speaker_category'];
  if (fields.join() !== expected.join()) throw unit.wrong('lfeat_type_list', expected.join(), fields.join());
  const speakers = unit
    .text('speaker_list')
    .split(',')
    .map((speaker) => speaker.trim());
  if (new Set(speakers).size !== speakers.length || speakers.includes('')) {
    throw unit.wrong('speaker_list', 'different names with commas between', speakers.join());
  }
  const language = readLanguage(unit);
  const inventory = loadInventory(language);
  const listed: Record<string, readonly string[]> = {
    sy: inventory.phones,
    tone: inventory.tones,
    syllable_flag: inventory.syllableFlags,
    word_segment: inventory.wordSegments,
    byte_index: Array.from({ length: 256 }, (_, byte) => String(byte)),
    emo_category: inventory.emotions,
    speaker_category: speakers,
  };
  const tables: Record<string, readonly string[]> = {};
  for (const field of fields) {
    const all = [...listed[field]!, ...specials];
    tables[field] =
      field === 'speaker_category' && options.speakerEmbedding ? all : sized(field, all, weights, language);
  }
  const size = (field: string) => tables[field]?.length ?? 0;
  return {
    language: options.bytes ? 'bytes' : language,
    fields,
    tables,
    speakers,
    sizes: {
      sy: size('sy'),
      tone: size('tone'),
      syllableFlag: size('syllable_flag'),
      wordSegment: size('word_segment'),
      bytes: size('byte_index'),
      emotion: size('emo_category'),
      speaker: size('speaker_category'),
    },
  };
}

function readLanguage(unit: Params): InventoryLanguage {
  const language = unit.text('language', 'PinYin');
  const known = inventoryLanguages.find((name) => name.toLowerCase() === language.toLowerCase());
  if (known === undefined) throw unit.wrong('language', `one of ${inventoryLanguages.join(', ')}`, language);
  return known;
}

/** The names, with the mask symbol or without, as the embedding has rows. */
function sized(
  field: string,
  names: readonly string[],
  weights: CheckpointWeights,
  language: string,
): readonly string[] {
  const key = `${embeddings[field]}.weight`;
  const rows = weights.shapeOf(key, 2)[0]!;
  if (rows === names.length || rows === names.length - 1) return names.slice(0, rows);
  throw problem(
    `${key} has ${rows} rows, expected ${names.length} (${names.length - 1} without the mask symbol) for ${field} of ${language}`,
  );
}
