import type { FastifyReply } from 'fastify';

/** The requests being worked on, each with the signal that ends its work. */
export class UnderWay {
  readonly #controllers = new Set<AbortController>();

  /** @param stop ends them all */
  constructor(stop?: AbortSignal) {
    const abortAll = (): void => {
      for (const controller of this.#controllers) controller.abort();
    };
    stop?.addEventListener('abort', abortAll, { once: true });
  }

  /** A signal that aborts when the caller of this request hangs up, or everything is to stop. */
  signal(reply: FastifyReply): AbortSignal {
    const controller = new AbortController();
    // Gone before we looked: there will be no event.
    if (reply.raw.destroyed) controller.abort();
    this.#controllers.add(controller);
    reply.raw.once('close', () => {
      this.#controllers.delete(controller);
      if (!reply.raw.writableFinished) controller.abort();
    });
    return controller.signal;
  }
}
