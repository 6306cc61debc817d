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

/** Tokens of a symbol line, with as many fields as the voice has. Throws `symbol_malformed`. */
export function parseTokens(manifest: VoiceManifest, line: string): TokenFields[] {
  const { fields } = manifest.symbols;
  const expected = `{${fields.join('$')}}`;
  const words = line.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) throw new LangduError('symbol_malformed', { position: 1, expected, value: 'nothing' });
  return words.map((word, index) => {
    const token = /^\{(.+)\}$/.exec(word)?.[1]?.split('$');
    if (token?.length !== fields.length) {
      throw new LangduError('symbol_malformed', { position: index + 1, expected, value: word.slice(0, 100) });
    }
    return token;
  });
}
