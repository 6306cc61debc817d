/** The empty beginning of every word. */
export const root = 0;

/** Work between two pauses of building; a few tenths of a millisecond. */
const STRETCH = 4096;

/**
 * Aho and Corasick's automaton (1975) over 16-bit symbols: every place of every word in one pass. The tree is found by hashing a node
 * and a symbol into typed arrays, since a table of all symbols a node would be gigabytes; the root, where most of a text passes, has one.
 */
export class Automaton {
  #parents = new Int32Array(1 << 12);
  #symbols = new Uint16Array(1 << 12);
  #depths = new Uint16Array(1 << 12);
  /** The first word that ends at a node, -1 for none. */
  #words = new Int32Array(1 << 12).fill(-1);
  #slots = new Int32Array(1 << 14);
  #count = 1;
  /** The longest proper end of a node that begins a word. */
  #fails = new Int32Array(0);
  /** The longest proper end of a node that is a word, 0 for none. */
  #shorter = new Int32Array(0);
  readonly #first = new Int32Array(0x10000);
  /** Words that end at the same node as another. */
  readonly #others = new Map<number, number>();
  #longest = 0;

  /** Symbols of the longest word. */
  get longest(): number {
    return this.#longest;
  }

  /** Adds a word under a number of the caller's, which is used once. Only before `finish`. */
  add(word: string, number: number): void {
    let node = root;
    for (let at = 0; at < word.length; at += 1) {
      const symbol = word.charCodeAt(at);
      const next = this.#child(node, symbol);
      node = next === root ? this.#insert(node, symbol) : next;
    }
    const before = this.#words[node]!;
    if (before >= 0) this.#others.set(number, before);
    this.#words[node] = number;
    this.#longest = Math.max(this.#longest, word.length);
  }

  /** Links the nodes; yields now and then, so that the caller may let others run. */
  *finish(): Generator<void, void> {
    this.#fails = new Int32Array(this.#count);
    this.#shorter = new Int32Array(this.#count);
    let done = 0;
    for (const node of this.#byDepth()) {
      const parent = this.#parents[node]!;
      const symbol = this.#symbols[node]!;
      if (parent === root) this.#first[symbol] = node;
      else {
        const fail = this.step(this.#fails[parent]!, symbol);
        this.#fails[node] = fail;
        this.#shorter[node] = this.#words[fail]! >= 0 ? fail : this.#shorter[fail]!;
      }
      done += 1;
      if (done % STRETCH === 0) yield;
    }
  }

  /** The node after one more symbol. */
  step(node: number, symbol: number): number {
    for (let from = node; from !== root; from = this.#fails[from]!) {
      const next = this.#child(from, symbol);
      if (next !== root) return next;
    }
    return this.#first[symbol]!;
  }

  /** The longest end of a node that is a word, as a node; `root` for none. From there `shorterEnd` leads to the others. */
  wordEnd(node: number): number {
    return this.#words[node]! >= 0 ? node : this.#shorter[node]!;
  }

  shorterEnd(node: number): number {
    return this.#shorter[node]!;
  }

  /** The number of a word that ends at a node, -1 for none; from there `nextWord` leads to the same word under other numbers. */
  word(node: number): number {
    return this.#words[node]!;
  }

  nextWord(number: number): number {
    return this.#others.get(number) ?? -1;
  }

  /** Nodes but the root, shorter before longer. */
  #byDepth(): Int32Array {
    const starts = new Int32Array(this.#longest + 2);
    for (let node = 1; node < this.#count; node += 1) starts[this.#depths[node]! + 1]! += 1;
    for (let depth = 1; depth < starts.length; depth += 1) starts[depth]! += starts[depth - 1]!;
    const order = new Int32Array(this.#count - 1);
    for (let node = 1; node < this.#count; node += 1) {
      const depth = this.#depths[node]!;
      order[starts[depth]!] = node;
      starts[depth]! += 1;
    }
    return order;
  }

  /** `root` for none. */
  #child(node: number, symbol: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(node, symbol) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot]!;
      if (found === 0) return root;
      if (this.#parents[found] === node && this.#symbols[found] === symbol) return found;
    }
  }

  #insert(parent: number, symbol: number): number {
    if (this.#count === this.#parents.length) this.#grow();
    const node = this.#count;
    this.#count += 1;
    this.#parents[node] = parent;
    this.#symbols[node] = symbol;
    this.#depths[node] = this.#depths[parent]! + 1;
    this.#place(node);
    return node;
  }

  #place(node: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash(this.#parents[node]!, this.#symbols[node]!) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = node;
  }

  #grow(): void {
    const size = this.#parents.length * 2;
    this.#parents = larger(this.#parents, new Int32Array(size));
    this.#symbols = larger(this.#symbols, new Uint16Array(size));
    this.#depths = larger(this.#depths, new Uint16Array(size));
    this.#words = larger(this.#words, new Int32Array(size).fill(-1));
    this.#slots = new Int32Array(size * 4);
    for (let node = 1; node < this.#count; node += 1) this.#place(node);
  }
}

function larger<T extends Int32Array | Uint16Array>(values: T, into: T): T {
  into.set(values);
  return into;
}

function hash(node: number, symbol: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
