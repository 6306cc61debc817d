/**
 * Where the lines that begin with a character begin in a text whose lines are sorted by their first character; where
 * they would be, if there are none. The text is read in a few places only. Every line has its line feed.
 */
export function firstLineOf(text: string, code: number): number {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const line = text.lastIndexOf('\n', ((low + high) >> 1) - 1) + 1;
    if (text.charCodeAt(line) < code) low = text.indexOf('\n', line) + 1;
    else high = line;
  }
  return low;
}

/** Lines sorted as `firstLineOf` wants them; lines alike in their first character keep their order. */
export function sortLines(lines: readonly string[]): string {
  const sorted = [...lines].sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0));
  return sorted.map((line) => `${line}\n`).join('');
}
