import type { Spans } from './spans.ts';

/** What is not said: □ has no reading in any context, and is what Chinese print puts for a character left out. */
export const MASK = '□';

const STRETCH = 4096;

/** The text with every unit of the spans replaced by a unit, of the same length. Yields now and then. */
export function* maskText(text: string, spans: Spans, unit = MASK): Generator<void, string> {
  if (spans.count === 0) return text;
  const units = Buffer.from(text, 'utf16le');
  const mask = Buffer.from(unit, 'utf16le');
  for (let index = 0; index < spans.count; index += 1) {
    units.fill(mask, 2 * spans.start(index), 2 * spans.end(index));
    if (index % STRETCH === STRETCH - 1) yield;
  }
  return units.toString('utf16le');
}
