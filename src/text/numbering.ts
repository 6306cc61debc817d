/** Names as numbers, in the order in which they are met; 0 stands for none. */
export class Numbering {
  readonly #names: string[];
  readonly #numbers = new Map<string, number>();

  /** @param none the name of 0 */
  constructor(none: string) {
    this.#names = [none];
    this.#numbers.set(none, 0);
  }

  numberOf(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }

  nameOf(number: number): string {
    return this.#names[number]!;
  }
}
