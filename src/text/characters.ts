/** Length of a text in characters (code points), without a list of them all: a book has two million. */
export function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i += 1) {
    if (isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1))) count -= 1;
  }
  return count;
}

/** The first characters of a text, none of them cut in two. */
export function firstCharacters(text: string, most: number): string {
  // A character is at most two of these units.
  return [...text.slice(0, 2 * most)].slice(0, most).join('');
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
