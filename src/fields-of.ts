/**
 * The names of a type's fields, as values: where the compiler is to know when one is missing from a list, or one too
 * many in it.
 */
export function fieldsOf<T>(fields: { readonly [Field in keyof T]-?: true }): readonly (keyof T)[] {
  return Object.keys(fields) as (keyof T)[];
}
