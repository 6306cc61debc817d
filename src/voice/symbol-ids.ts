import { LangduError } from '../errors.ts';
import type { VoiceManifest } from './manifest.ts';

/** One token of a symbol line, its fields in the voice's order. */
export type TokenFields = readonly string[];

/** Ids `[fields, N]` of a line's tokens. A name the voice does not know is `symbol_unknown`. */
export function encodeSymbols(manifest: VoiceManifest, tokens: readonly TokenFields[]): Int32Array {
  const { fields } = manifest.symbols;
  const ids = new Int32Array(fields.length * tokens.length);
  fields.forEach((field, row) => {
    const table = idTable(manifest, field);
    tokens.forEach((token, column) => {
      const value = token[row] ?? '';
      const id = table.get(value);
      if (id === undefined) throw new LangduError('symbol_unknown', { position: column + 1, field, value });
      ids[row * tokens.length + column] = id;
    });
  });
  return ids;
}

const tables = new WeakMap<VoiceManifest, Map<string, Map<string, number>>>();

function idTable(manifest: VoiceManifest, field: string): Map<string, number> {
  const known = tables.get(manifest) ?? new Map<string, Map<string, number>>();
  tables.set(manifest, known);
  let table = known.get(field);
  if (table === undefined) {
    table = new Map(manifest.symbols.tables[field]!.map((name, id) => [name, id]));
    known.set(field, table);
  }
  return table;
}
