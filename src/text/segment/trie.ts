/** The empty beginning of every word. */
export const root = 0;

/**
 * Words as a tree of their characters, each with a row number. A node is found from its parent and a character by
 * hashing into typed arrays: a hundred thousand words are 5 MB and there in milliseconds.
 */
export class WordTrie {
  #parents = new Int32Array(1 << 16);
  #codes = new Uint16Array(1 << 16);
  #rows = new Int32Array(1 << 16).fill(-1);
  #count = 1;
  #slots = new Int32Array(1 << 18);

  /** The node of a character after a node, -1 for none. Characters outside of the basic plane are in no word. */
  child(node: number, code: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(node, code) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot]!;
      if (found === 0) return -1;
      if (this.#parents[found] === node && this.#codes[found] === code) return found;
    }
  }

  /** The row of the word that ends at a node, -1 when it only begins words. */
  row(node: number): number {
    return this.#rows[node]!;
  }

  /** The row of a word, -1 for none. */
  find(word: string): number {
    let node = root;
    for (let at = 0; at < word.length && node >= 0; at += 1) node = this.child(node, word.charCodeAt(at));
    return node > 0 ? this.#rows[node]! : -1;
  }

  /** Gives `text.slice(from, to)` a row; a later one replaces an earlier. */
  add(text: string, from: number, to: number, row: number): void {
    let node = root;
    for (let at = from; at < to; at += 1) {
      const code = text.charCodeAt(at);
      const next = this.child(node, code);
      node = next < 0 ? this.#insert(node, code) : next;
    }
    this.#rows[node] = row;
  }

  #insert(parent: number, code: number): number {
    if (this.#count === this.#parents.length) this.#grow();
    const node = this.#count;
    this.#count += 1;
    this.#parents[node] = parent;
    this.#codes[node] = code;
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
    if (size <= this.#slots.length / 4) return;
    this.#slots = new Int32Array(size * 2);
    for (let node = 1; node < this.#count; node += 1) this.#place(node);
  }
}

function hash(node: number, code: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
