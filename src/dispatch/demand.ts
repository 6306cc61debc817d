/** What one request still wants of the workers, in milliseconds of one. */
export class Demand {
  private readonly expected: number;
  private ordered = 0;
  private done = 0;

  /** @param expected what the whole text is predicted to take */
  constructor(expected: number) {
    this.expected = expected;
  }

  get remaining(): number {
    return Math.max(this.expected, this.ordered) - this.done;
  }

  /** One of its utterances is known; the answer is told how much of it is made, 0 … 1, or need not be. */
  order(cost: number): (share: number) => void {
    this.ordered += cost;
    let counted = 0;
    return (share) => {
      this.done += (share - counted) * cost;
      counted = share;
    };
  }
}
