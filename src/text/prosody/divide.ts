import { type Group, gapBefore, lengthOf } from './group.ts';

/** About as much as a speaker says in one breath and the acoustic model has seen; longer sentences are divided. */
const most = 60;
/** A number of more syllables than this may be divided as well. */
const longNumber = 40;

/** A sentence's groups in parts of at most `most` syllables, cut at the last comma in reach, else between words. */
export function divide(groups: readonly Group[]): Group[][] {
  const parts: Group[][] = [];
  for (let from = 0; from < groups.length; ) {
    const to = partEnd(groups, from);
    parts.push(groups.slice(from, to));
    from = to;
  }
  return parts;
}

function partEnd(groups: readonly Group[], from: number): number {
  let length = 0;
  let comma = -1;
  let word = -1;
  for (let at = from; at < groups.length; at += 1) {
    if (at > from && mayCut(groups[at - 1]!, groups[at]!)) {
      word = at;
      if (gapBefore(groups[at]!) === 3 && length > most / 4) comma = at;
    }
    length += lengthOf(groups[at]!);
    if (length > most && (comma > 0 || word > 0)) return comma > 0 ? comma : word;
  }
  return groups.length;
}

/** Not inside what one rule has read, unless it is endless. */
function mayCut(left: Group, right: Group): boolean {
  const before = left.at(-1)!.word.tokens.at(-1)!;
  const after = right[0]!.word.tokens[0]!;
  if (after.start < before.end) return false;
  return before.group === 0 || before.group !== after.group || after.groupSize > longNumber;
}
