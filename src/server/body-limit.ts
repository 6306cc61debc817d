/** A character is at most 12 bytes of JSON (`\ud83d\ude00`), so a text within its limit is never too large a body. */
const BYTES_PER_CHARACTER = 12;
/** For the other fields; a lexicon is the largest of them. */
const BYTES_AROUND_TEXT = 64 * 1024;

/** The largest body of a request with a text of at most so many characters. */
export function bodyLimit(characters: number): number {
  return characters * BYTES_PER_CHARACTER + BYTES_AROUND_TEXT;
}
