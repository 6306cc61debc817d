/** Messages on their way from a thread to the one who reads them; ends with `finish` or `fail`, whichever is first. */
export class Mailbox<Message> implements AsyncIterable<Message> {
  private readonly messages: Message[] = [];
  private ended = false;
  private error: unknown;
  private wake: (() => void) | undefined;

  push(message: Message): void {
    if (this.ended) return;
    this.messages.push(message);
    this.wake?.();
  }

  finish(): void {
    this.ended = true;
    this.wake?.();
  }

  /** Ends at once: messages not yet taken are dropped. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.error = error;
    this.messages.length = 0;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
    for (;;) {
      if (this.error !== undefined) throw this.error;
      const next = this.messages.shift();
      if (next !== undefined) yield next;
      else if (this.ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = undefined;
      }
    }
  }
}
