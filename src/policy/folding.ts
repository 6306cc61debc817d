import { readTable } from '../text/data.ts';

/** What a symbol of folded text is to the matcher. */
export const symbolClass = {
  /** Joiners, marks above letters, controls: never there, wherever they stand. */
  invisible: 0,
  /**
   * White space, punctuation, signs, emoji, what nobody has assigned: skipped unless a word is to be found as written.
   */
  sign: 1,
  /** Characters that stand next to others without a gap: Han, kana, Hangul. */
  character: 2,
  /** Letters and digits of scripts that put gaps between words. */
  letter: 3,
} as const;

/** In `Folding.simple`: this unit becomes several symbols, or is half of a pair. See `foldAt`. */
export const FOLDS_TO_MORE = 0xffff;

/** One form for what can be written in many, so that a list needs each word once. Tables are by UTF-16 unit. */
export interface Folding {
  /** A unit's symbol; 0 for what is invisible, `FOLDS_TO_MORE` where one lookup does not do. */
  readonly simple: Uint16Array;
  /** `symbolClass` of a symbol. */
  readonly classes: Uint8Array;
  /** Symbols of a unit that has several. */
  readonly longer: ReadonlyMap<string, string>;
}

/** Pairs met of late: a text that holds any is likely to hold the same again. */
const pairsMet = new Map<number, string>();
const MOST_PAIRS = 4096;

const invisible =
  /^(?:[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]|[\u0300-\u036f]|[\u1ab0-\u1aff]|[\u1dc0-\u1dff]|[\u20d0-\u20ff]|[\ufe20-\ufe2f]|\u3099|\u309a)$/u;
const blank = /^(?:[\t\n\v\f\r\p{Z}]|\u0085)$/u;
const sign = /^[\p{Z}\p{P}\p{S}\p{Co}\p{Cn}\p{Cs}]$/u;
/** Latin, Greek, Cyrillic and Armenian: their letters lose marks, and their words have edges. */
const spaced = /^[0-9a-z\u00aa-\u058f\u1e00-\u1fff]$/u;

/** Most of the plane, which Unicode's forms leave as it is: Han, Hangul and private use. */
const inOneForm = /^[\u3400-\u9fff\uac00-\ud7a3\ue000-\uf8ff]$/;

/**
 * Letters of other alphabets, in lower case, that look like Latin ones in either case; and Han variants no table has.
 */
const alike = pairs(
  'аaвbеeкkмmнhоoрpсcтtуyхxіiѕsјjһhԁdԛqԝwαaβbεeιiκkνvοoρpτtυuχxηnıiɡg〇零妳你牠它祂他著着乾干瞭了藉借',
);

/**
 * Letters in squares and circles and of flags, which Unicode does not decompose: first of the row, letters in a row.
 */
const rowsOfLetters = [0x1f150, 0x1f170, 0x1f1e6];

const traditional = new Map<string, string>();
let folding: Folding | undefined;

/** The tables, made when first asked for (some 20 ms). */
export function loadFolding(): Folding {
  folding ??= make();
  return folding;
}

/** Symbols of the character at `at`; none where it is invisible. Half of a pair alone stands for itself. */
export function foldAt({ simple, longer }: Folding, text: string, at: number): string {
  const code = text.codePointAt(at)!;
  if (code > 0xffff) return foldPair(code);
  const symbol = simple[code]!;
  if (symbol === 0) return '';
  if (symbol !== FOLDS_TO_MORE) return String.fromCharCode(symbol);
  return longer.get(text.charAt(at)) ?? text.charAt(at);
}

function foldPair(code: number): string {
  let symbols = pairsMet.get(code);
  if (symbols === undefined) {
    symbols = foldChar(String.fromCodePoint(code));
    if (pairsMet.size === MOST_PAIRS) pairsMet.clear();
    pairsMet.set(code, symbols);
  }
  return symbols;
}

function make(): Folding {
  for (const [from, to] of readTable('traditional.tsv')) traditional.set(from!, to!);
  const simple = new Uint16Array(0x10000);
  const classes = new Uint8Array(0x10000);
  const longer = new Map<string, string>();
  for (let unit = 0; unit < 0x10000; unit += 1) {
    const char = String.fromCharCode(unit);
    classes[unit] = classOf(char);
    const isHalf = (unit & 0xf800) === 0xd800;
    const folded = isHalf ? '' : foldChar(char);
    if (isHalf || folded.length > 1) {
      simple[unit] = FOLDS_TO_MORE;
      if (!isHalf) longer.set(char, folded);
    } else if (folded !== '') simple[unit] = folded.charCodeAt(0);
  }
  return { simple, classes, longer };
}

/** Compatibility forms, case, marks, look-alikes, traditional forms; empty for what is invisible. */
function foldChar(char: string): string {
  if (inOneForm.test(char)) return simplify(char);
  if (invisible.test(char) && !blank.test(char)) return '';
  const code = char.codePointAt(0)!;
  const row = rowsOfLetters.find((first) => code >= first && code < first + 26);
  if (row !== undefined) return String.fromCharCode(97 + code - row);
  let folded = '';
  for (const part of char.normalize('NFKC').toLowerCase()) {
    const base = part.normalize('NFD').charAt(0);
    const plain = spaced.test(base) ? base : part;
    if (invisible.test(plain) && !blank.test(plain)) continue;
    folded += simplify(plain);
  }
  return folded;
}

function simplify(char: string): string {
  const simplified = traditional.get(char) ?? char;
  return alike.get(simplified) ?? simplified;
}

/** Halves of pairs count as characters: the pairs that are signs are told apart where they are whole. */
function classOf(char: string): number {
  if (/[\ud800-\udfff]/.test(char)) return symbolClass.character;
  if (blank.test(char)) return symbolClass.sign;
  if (invisible.test(char)) return symbolClass.invisible;
  if (sign.test(char)) return symbolClass.sign;
  return spaced.test(char) ? symbolClass.letter : symbolClass.character;
}

/** Whether symbols from `foldAt` hold anything that a word is made of: it parts what stands before and behind. */
export function isSeen(symbols: string, { classes }: Folding): boolean {
  if (isSign(symbols)) return false;
  for (let at = 0; at < symbols.length; at += 1) {
    if (classes[symbols.charCodeAt(at)]! >= symbolClass.character) return true;
  }
  return false;
}

/** Whether symbols from `foldAt` are a sign: an emoji, half of a pair alone. */
export function isSign(symbols: string): boolean {
  return sign.test(symbols);
}

function pairs(written: string): Map<string, string> {
  const chars = [...written];
  return new Map(chars.flatMap((char, at) => (at % 2 === 0 ? [[char, chars[at + 1]!] as const] : [])));
}
