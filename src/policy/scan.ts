import { type Automaton, root } from './automaton.ts';
import { FOLDS_TO_MORE, foldAt, isSign, loadFolding, symbolClass } from './folding.ts';
import { loadSounds } from './sounds.ts';
import { edge, type Words } from './words.ts';

/** Signs in a row, without white space, beyond which what stands before and what stands behind are no word any more. */
export const LONGEST_GAP = 16;

/** White space after folding: however much of it is said as none. */
const blanks = new Set([...'\t\n\v\f\r \u0085\u1680\u2028\u2029'].map((blank) => blank.charCodeAt(0)));

const BRACE = '{'.charCodeAt(0);

/** Symbols and hits between two yields; some 0.1 ms. */
const STRETCH = 1024;

/** Readings given in the text, as text/edit.ts takes them: `行{hang2}` is 行, and no way to part it from what follows. */
const readings = /(?:\{[A-Za-züÜ:]{1,7}\d\})+/y;

export type OnHit = (start: number, end: number, number: number) => void;

/**
 * Finds the places of all words, in the order of their ends, but for words that end others of the same mark. Linear in
 * the text and in what is found; yields now and then.
 */
export function* scan(words: Words, text: string, onHit: OnHit): Generator<void, void> {
  const run = new Scan(words, text, onHit);
  for (;;) {
    const more = run.stretch();
    if (!more) return;
    yield;
  }
}

/** One automaton's way through the text, and where the last symbols it took came from. */
class Track {
  readonly automaton: Automaton;
  readonly sounds: Uint16Array | undefined;
  node = root;
  readonly #starts: Int32Array;
  /** Whether a letter stood just before. */
  readonly #joined: Uint8Array;
  readonly #mask: number;
  #count = 0;

  constructor(automaton: Automaton, sounds?: Uint16Array) {
    this.automaton = automaton;
    this.sounds = sounds;
    const size = 2 ** Math.ceil(Math.log2(automaton.longest + 1));
    this.#starts = new Int32Array(size);
    this.#joined = new Uint8Array(size);
    this.#mask = size - 1;
  }

  take(symbol: number, start: number, joined: boolean): void {
    const slot = this.#count & this.#mask;
    this.#starts[slot] = start;
    this.#joined[slot] = joined ? 1 : 0;
    this.#count += 1;
    this.node = this.automaton.step(this.node, this.sounds === undefined ? symbol : this.sounds[symbol]!);
  }

  /** Where the last `length` symbols began. */
  start(length: number): number {
    return this.#starts[(this.#count - length) & this.#mask]!;
  }

  joined(length: number): boolean {
    return this.#joined[(this.#count - length) & this.#mask] === 1;
  }
}

class Scan {
  readonly #words: Words;
  readonly #text: string;
  readonly #onHit: OnHit;
  readonly #folding = loadFolding();
  readonly #exact: Track | undefined;
  /** Those that do not see signs. */
  readonly #skipping: readonly Track[];
  #at = 0;
  #work = 0;
  /** `symbolClass` of what was seen last. */
  #last: number = symbolClass.sign;
  #gap = 0;
  /** What was found out about the text behind a place, and the place. */
  #letterAt = -1;
  #isLetter = false;
  #readingsAt = -1;
  #readingsEnd = -1;

  constructor(words: Words, text: string, onHit: OnHit) {
    this.#words = words;
    this.#text = text;
    this.#onHit = onHit;
    this.#exact = words.exact && new Track(words.exact);
    const loose = words.loose && new Track(words.loose);
    const sound = words.sound && new Track(words.sound, loadSounds());
    this.#skipping = [loose, sound].filter((track) => track !== undefined);
  }

  /** Goes on for a while; false at the end of the text. */
  stretch(): boolean {
    const { simple, classes } = this.#folding;
    for (this.#work = 0; this.#work < STRETCH && this.#at < this.#text.length; this.#work += 1) {
      const at = this.#at;
      const symbol = simple[this.#text.charCodeAt(at)]!;
      if (symbol === FOLDS_TO_MORE) this.#takeLonger(at);
      else if (symbol === BRACE && this.#endOfReadings() > at) this.#at = this.#endOfReadings();
      else {
        this.#at = at + 1;
        if (symbol !== 0) this.#take(symbol, classes[symbol]!, at, undefined);
      }
    }
    return this.#at < this.#text.length;
  }

  #takeLonger(at: number): void {
    const symbols = foldAt(this.#folding, this.#text, at);
    this.#at = at + (this.#text.codePointAt(at)! > 0xffff ? 2 : 1);
    const whole = isSign(symbols) ? symbolClass.sign : undefined;
    const classAt = (index: number) => whole ?? this.#folding.classes[symbols.charCodeAt(index)]!;
    for (let index = 0; index < symbols.length; index += 1) {
      const followed = index + 1 < symbols.length ? classAt(index + 1) === symbolClass.letter : undefined;
      this.#take(symbols.charCodeAt(index), classAt(index), at, followed);
    }
  }

  /** `followed`: a letter is next; undefined when that is for the text behind to say. */
  #take(symbol: number, kind: number, start: number, followed: boolean | undefined): void {
    const joined = this.#last === symbolClass.letter;
    this.#last = kind;
    if (this.#exact !== undefined) this.#step(this.#exact, symbol, start, joined, followed);
    if (kind === symbolClass.sign) {
      if (!blanks.has(symbol)) this.#gap += 1;
      if (this.#gap > LONGEST_GAP) for (const track of this.#skipping) track.node = root;
    } else {
      this.#gap = 0;
      for (const track of this.#skipping) this.#step(track, symbol, start, joined, followed);
    }
  }

  /** One symbol more, and every word that ends with it. */
  #step(track: Track, symbol: number, start: number, joined: boolean, followed: boolean | undefined): void {
    track.take(symbol, start, joined);
    const { automaton } = track;
    const count = automaton.hitCount(track.node);
    for (let index = 0; index < count; index += 1) {
      this.#work += 1;
      const word = automaton.hit(track.node, index);
      const length = this.#words.lengths[word]!;
      const edges = this.#words.edges[word]!;
      if ((edges & edge.before) !== 0 && track.joined(length)) continue;
      if ((edges & edge.behind) !== 0 && (followed ?? this.#letterBehind())) continue;
      this.#onHit(track.start(length), this.#endOfReadings(), word);
    }
  }

  /** The end of the readings that stand here for a character just seen; here when there are none. */
  #endOfReadings(): number {
    if (this.#readingsAt === this.#at) return this.#readingsEnd;
    let end = this.#at;
    if (this.#last === symbolClass.character && this.#text.charCodeAt(this.#at) === BRACE) {
      readings.lastIndex = this.#at;
      end += readings.exec(this.#text)?.[0].length ?? 0;
    }
    this.#readingsAt = this.#at;
    this.#readingsEnd = end;
    return end;
  }

  /** Whether what is seen next is a letter, however much that is not seen stands before it. */
  #letterBehind(): boolean {
    if (this.#letterAt === this.#at) return this.#isLetter;
    let at = this.#at;
    let symbols = '';
    while (at < this.#text.length && symbols === '') {
      symbols = foldAt(this.#folding, this.#text, at);
      at += this.#text.codePointAt(at)! > 0xffff ? 2 : 1;
    }
    this.#letterAt = this.#at;
    this.#isLetter = symbols !== '' && this.#folding.classes[symbols.charCodeAt(0)] === symbolClass.letter;
    return this.#isLetter;
  }
}
