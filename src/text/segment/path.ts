import { type Entry, lookUp, unknown } from './lexicon.ts';

/** A word of the best path: how many characters it has, and what the list says of it. */
export interface Step {
  readonly length: number;
  readonly entry: Entry;
}

/** The cheapest way to read `characters` as words (unigram costs, dynamic programming from the end). */
export function bestPath(characters: readonly string[]): Step[] {
  const count = characters.length;
  const costs = new Float64Array(count + 1);
  const steps: Step[] = new Array(count);
  for (let at = count - 1; at >= 0; at -= 1) {
    const single = lookUp(characters[at]!) ?? unknown;
    let best: Step = { length: 1, entry: single };
    let bestCost = single.cost + costs[at + 1]!;
    let text = characters[at]!;
    for (let length = 2; at + length <= count; length += 1) {
      text += characters[at + length - 1]!;
      const entry = lookUp(text);
      if (entry === undefined) break;
      if (entry === null) continue;
      const cost = entry.cost + costs[at + length]!;
      if (cost < bestCost) {
        bestCost = cost;
        best = { length, entry };
      }
    }
    steps[at] = best;
    costs[at] = bestCost;
  }
  const path: Step[] = [];
  for (let at = 0; at < count; at += steps[at]!.length) path.push(steps[at]!);
  return path;
}
