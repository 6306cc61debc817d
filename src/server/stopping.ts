import type { Log } from '../log.ts';

/** What a signal ends: resolves to whether its speaker ended. One that is wedged is left behind. */
export interface Stoppable {
  stop(): Promise<boolean>;
}

/** After the wait for work under way: how long each last step may take before it is left behind. */
export const LAST_STEP_MS = 1_000;
/** A speaker may be within an inference call, which nothing can interrupt. */
export const SPEAKER_CLOSE_MS = 3_000;

/**
 * SIGTERM and SIGINT stop a server or a worker and end the process with 0; a second one ends it at once. So does the
 * first, when a speaker does not end: `process.exit` would wait for its thread, which may never come out of native
 * code. Returns what does as a first signal would, and nothing when there has been one.
 */
export function stopOnSignals(server: Stoppable, log: Log): (signal: NodeJS.Signals) => void {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    // From here on a signal does what the system has it do. Not process.exit in a second handler: that ends worker
    // threads in the middle of native code, which aborts.
    for (const each of signals) process.removeListener(each, onSignal);
    stopping = true;
    log.info({ signal }, 'stopping');
    server.stop().then(
      (quiet) => {
        if (quiet) process.exit(0);
        log.error({ signal }, 'a worker did not end, left behind');
        process.kill(process.pid, signal);
      },
      (error: unknown) => {
        log.error({ err: error }, 'stop failed');
        process.kill(process.pid, 'SIGKILL');
      },
    );
  };
  for (const signal of signals) process.on(signal, onSignal);
  return (signal) => {
    if (!stopping) onSignal(signal);
  };
}
