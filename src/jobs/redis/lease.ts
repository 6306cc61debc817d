import type { Claim } from '../driver.ts';
import type { Job } from '../job.ts';
import type { HeldTicket } from './tickets.ts';

/** A lease that is the lock of a ticket. */
export class TicketLease implements Claim {
  readonly job: Job;
  readonly token: string;
  readonly lost: AbortSignal;
  readonly #loss = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #end: (sentences: number) => Promise<void>;

  constructor(job: Job, ticket: HeldTicket, ms: number, end: (sentences: number) => Promise<void>) {
    this.job = job;
    this.token = ticket.token;
    this.lost = this.#loss.signal;
    this.#end = end;
    this.#timer = setInterval(() => this.#renew(ticket), ms / 3).unref();
  }

  async end(sentences: number): Promise<void> {
    clearInterval(this.#timer);
    await this.#end(sentences);
  }

  async #renew(ticket: HeldTicket): Promise<void> {
    // Not reached: the next renewal, or the next checkpoint, will tell.
    if (await ticket.renew().catch(() => true)) return;
    clearInterval(this.#timer);
    this.#loss.abort();
  }
}
