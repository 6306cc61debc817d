/**
 * Spans of one kind joined where they touch or overlap; they come with ends that never fall, so joining is linear in
 * all.
 */
export class Spans {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  get count(): number {
    return this.#starts.length;
  }

  start(index: number): number {
    return this.#starts[index]!;
  }

  end(index: number): number {
    return this.#ends[index]!;
  }

  add(start: number, end: number): void {
    let last = this.#ends.length - 1;
    if (last < 0 || this.#ends[last]! < start) {
      this.#starts.push(start);
      this.#ends.push(end);
      return;
    }
    while (last > 0 && this.#starts[last]! > start && this.#ends[last - 1]! >= start) {
      this.#starts.pop();
      this.#ends.pop();
      last -= 1;
    }
    this.#starts[last] = Math.min(this.#starts[last]!, start);
    this.#ends[last] = end;
  }
}

/** Spans that excuse what lies inside of one of them. They too come with ends that never fall. */
export class Exceptions {
  /** None inside of another: starts and ends both rise. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  add(start: number, end: number): void {
    while (this.#starts.length > 0 && this.#starts.at(-1)! >= start) {
      this.#starts.pop();
      this.#ends.pop();
    }
    if (this.#ends.at(-1) === end) return;
    this.#starts.push(start);
    this.#ends.push(end);
  }

  excuse(start: number, end: number): boolean {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= start) low = middle + 1;
      else high = middle;
    }
    return low > 0 && this.#ends[low - 1]! >= end;
  }
}

/** Where two texts of one length are not the same. */
export function differences(a: string, b: string): Spans {
  const spans = new Spans();
  for (let at = 0; at < a.length; at += 1) if (a.charCodeAt(at) !== b.charCodeAt(at)) spans.add(at, at + 1);
  return spans;
}
