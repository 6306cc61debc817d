import { readTable } from './data.ts';
import { fold } from './normalize/fold.ts';

let readings: ReadonlySet<string> | undefined;

/**
 * Whether a character is said wherever it stands: a Han character that has a reading, a Latin letter or a digit, in any
 * form that reading knows. Anything else is passed over in some text at least, and what stands around it is said as if
 * it were not there.
 */
export function isAlwaysSaid(char: string): boolean {
  const folded = fold(char);
  return /^[A-Za-z0-9]$/.test(folded) || loadReadings().has(folded);
}

/** The characters that have a reading; read when first asked for (some 20 ms). */
export function loadReadings(): ReadonlySet<string> {
  readings ??= new Set(readTable('characters.tsv').flatMap(([, characters]) => [...characters!]));
  return readings;
}
