import type { TObject, TSchema } from '@sinclair/typebox';

/**
 * A query's texts as the types that a body's schema asks for, so that one schema checks both: `rate=1.5` is a number,
 * `trim_silence=true` a boolean, `lexicon={…}` an object. What cannot be read as its type stays a text, which the
 * schema refuses.
 */
export function readQuery(schema: TObject, query: unknown): Record<string, unknown> {
  const entries = Object.entries(query as Record<string, unknown>).map(([name, value]) => {
    const type = (schema.properties[name] as TSchema | undefined)?.type as string | undefined;
    return [name, typeof value === 'string' && type !== undefined && type !== 'string' ? readAs(type, value) : value];
  });
  return Object.fromEntries(entries);
}

function readAs(type: string, written: string): unknown {
  try {
    const value: unknown = JSON.parse(written);
    const fits = type === 'integer' ? Number.isInteger(value) : typeof value === type;
    return fits ? value : written;
  } catch {
    return written;
  }
}
