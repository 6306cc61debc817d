/** The empty beginning of every word. */
export const root = 0;

/** Work between two pauses of building; a few tenths of a millisecond. */
const STRETCH = 4096;

/**
 * Aho and Corasick's automaton (1975) over 16-bit symbols: every place of every word in one pass. The tree is found by
 * hashing a node and a symbol into typed arrays, since a table of all symbols a node would be gigabytes; the root,
 * where most of a text passes, has one.
 */
export class Automaton {
  readonly #parents: Int32Array;
  readonly #symbols: Uint16Array;
  readonly #depths: Uint16Array;
  /** The first word that ends at a node, -1 for none. */
  readonly #words: Int32Array;
  /** Nodes by the hash of their parent and symbol, 0 where there is none. */
  readonly #slots: Int32Array;
  #count = 1;
  /** The longest proper end of a node that begins a word. */
  #fails = new Int32Array(0);
  /** Where in `#hits` the words stand that end at a node: their number, then they, the longest first. */
  #hitsAt = new Int32Array(0);
  #hits = new Int32Array(1 << 12);
  #hitsUsed = 1;
  readonly #first = new Int32Array(0x10000);
  /** Words that end at the same node as another. */
  readonly #others = new Map<number, number>();
  #longest = 0;

  /** @param symbols how many there are in all words together, at most: growing would hold the thread */
  constructor(symbols: number) {
    const nodes = symbols + 1;
    this.#parents = new Int32Array(nodes);
    this.#symbols = new Uint16Array(nodes);
    this.#depths = new Uint16Array(nodes);
    this.#words = new Int32Array(nodes).fill(-1);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * nodes)));
  }

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

  /**
   * Links the nodes; yields now and then, so that the caller may let others run.
   *
   * @param covers true when a match of `longer` makes a match of its suffix `shorter` redundant. What a place has to
   * tell stays short in this way, however deep words are nested.
   */
  *finish(covers: (longer: number, shorter: number) => boolean): Generator<void, void> {
    this.#fails = new Int32Array(this.#count);
    this.#hitsAt = new Int32Array(this.#count);
    let done = 0;
    for (const node of this.#byDepth()) {
      const parent = this.#parents[node]!;
      const symbol = this.#symbols[node]!;
      if (parent === root) this.#first[symbol] = node;
      else {
        const fail = this.step(this.#fails[parent]!, symbol);
        this.#fails[node] = fail;
      }
      this.#hitsAt[node] = this.#tell(node, covers);
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

  /** How many words end at a node; `hit` gives them. */
  hitCount(node: number): number {
    return this.#hits[this.#hitsAt[node]!]!;
  }

  /** The number of a word that ends at a node; longer words before shorter ones. */
  hit(node: number, index: number): number {
    return this.#hits[this.#hitsAt[node]! + 1 + index]!;
  }

  /** A node that is no word tells what its longest end tells. */
  #tell(node: number, covers: (longer: number, shorter: number) => boolean): number {
    const fail = this.#fails[node]!;
    if (this.#words[node]! < 0) return this.#hitsAt[fail]!;
    const own: number[] = [];
    for (let word = this.#words[node]!; word >= 0; word = this.#others.get(word) ?? -1) own.push(word);
    const all = [...own];
    for (let index = 0; index < this.hitCount(fail); index += 1) {
      const word = this.hit(fail, index);
      if (!own.some((longer) => covers(longer, word))) all.push(word);
    }
    while (this.#hitsUsed + all.length >= this.#hits.length) {
      const more = new Int32Array(this.#hits.length * 2);
      more.set(this.#hits);
      this.#hits = more;
    }
    const at = this.#hitsUsed;
    this.#hits[at] = all.length;
    this.#hits.set(all, at + 1);
    this.#hitsUsed += 1 + all.length;
    return at;
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
    const node = this.#count;
    this.#count += 1;
    this.#parents[node] = parent;
    this.#symbols[node] = symbol;
    this.#depths[node] = this.#depths[parent]! + 1;
    const mask = this.#slots.length - 1;
    let slot = hash(parent, symbol) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = node;
    return node;
  }
}

function hash(node: number, symbol: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
