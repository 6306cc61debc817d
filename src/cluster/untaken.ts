import type { Worker } from 'node:cluster';

interface Handle {
  close?(): void;
}

/** What Node says to a process with a connection, and what the process answers when it has taken it. */
interface Internal {
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

/**
 * Node hands connections from the primary to its processes in turn. One that was on its way to a process that died
 * belongs to nobody then: Node neither gives it to another nor closes it, and its caller waits for ever. This closes
 * it, so that the caller hears of it as of those the process had taken. It rests on messages that Node does not
 * document; should they change, it does nothing.
 */
export function closeUntaken(worker: Worker): void {
  const untaken = new Map<number, Handle>();
  const child = worker.process;
  const send = child.send.bind(child) as (...args: unknown[]) => boolean;
  child.send = (message: unknown, handle?: unknown, ...rest: unknown[]): boolean => {
    const { act, seq } = (message ?? {}) as Internal;
    if (act === 'newconn' && seq !== undefined && handle) untaken.set(seq, handle as Handle);
    return send(message, handle, ...rest);
  };
  child.on('internalMessage', ({ ack }: Internal) => {
    if (ack !== undefined) untaken.delete(ack);
  });
  worker.once('exit', () => {
    for (const handle of untaken.values()) handle.close?.();
    untaken.clear();
  });
}
