const NOT_ASKED = 0;
const NONE = -1;

/**
 * Words as a tree of their characters, each with a row number. A node is found from its parent and a character by
 * hashing into typed arrays. A list of a hundred thousand words is not read before it is needed: the words that begin
 * with a character are added when one is first looked for.
 */
export class WordTrie {
  #parents = new Int32Array(1 << 13);
  #codes = new Uint16Array(1 << 13);
  #rows = new Int32Array(1 << 13).fill(-1);
  #count = 1;
  #slots = new Int32Array(1 << 15);
  /** The nodes of first characters, by code. */
  readonly #first = new Int32Array(65536);
  readonly #load: (code: number) => void;

  /** @param load adds all words that begin with the character `code`; called once for each that is asked for */
  constructor(load: (code: number) => void) {
    this.#load = load;
  }

  /** The node of the first character of words, -1 for none. Characters outside of the basic plane are in no word. */
  first(code: number): number {
    if (this.#first[code] === NOT_ASKED) {
      this.#first[code] = NONE;
      this.#load(code);
    }
    return this.#first[code]!;
  }

  /** The node of a character after a node, -1 for none. */
  child(node: number, code: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(node, code) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot]!;
      if (found === 0) return NONE;
      if (this.#parents[found] === node && this.#codes[found] === code) return found;
    }
  }

  /** The row of the word that ends at a node, -1 when it only begins words. */
  row(node: number): number {
    return this.#rows[node]!;
  }

  /** The row of a word, -1 for none. */
  find(word: string): number {
    let node = word === '' ? NONE : this.first(word.charCodeAt(0));
    for (let at = 1; at < word.length && node >= 0; at += 1) node = this.child(node, word.charCodeAt(at));
    return node < 0 ? -1 : this.#rows[node]!;
  }

  /** Gives `text.slice(from, to)`, not empty, a row; a later one replaces an earlier. */
  add(text: string, from: number, to: number, row: number): void {
    const begin = text.charCodeAt(from);
    if (this.#first[begin]! <= 0) this.#first[begin] = this.#append(0, begin);
    let node = this.#first[begin]!;
    for (let at = from + 1; at < to; at += 1) {
      const code = text.charCodeAt(at);
      const next = this.child(node, code);
      node = next < 0 ? this.#insert(node, code) : next;
    }
    this.#rows[node] = row;
  }

  #append(parent: number, code: number): number {
    if (this.#count === this.#parents.length) this.#grow();
    const node = this.#count;
    this.#count += 1;
    this.#parents[node] = parent;
    this.#codes[node] = code;
    return node;
  }

  #insert(parent: number, code: number): number {
    const node = this.#append(parent, code);
    this.#place(node);
    return node;
  }

  #place(node: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash(this.#parents[node]!, this.#codes[node]!) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = node;
  }

  #grow(): void {
    const size = this.#parents.length * 2;
    const rows = new Int32Array(size).fill(-1);
    rows.set(this.#rows);
    const parents = new Int32Array(size);
    parents.set(this.#parents);
    const codes = new Uint16Array(size);
    codes.set(this.#codes);
    this.#parents = parents;
    this.#codes = codes;
    this.#rows = rows;
    this.#slots = new Int32Array(size * 4);
    for (let node = 1; node < this.#count; node += 1) if (parents[node] !== 0) this.#place(node);
  }
}

function hash(node: number, code: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
