import { setTimeout as delay } from 'node:timers/promises';
import { LangduError } from '../errors.ts';
import { buildServer } from './app.ts';
import type { ServerParts } from './parts.ts';

export type ListenParts = Omit<ServerParts, 'stop'>;

export interface RunningServer {
  /** `http://127.0.0.1:5000` */
  readonly address: string;
  /** Stops the server, then closes its speaker and its results. Takes at most `stopSeconds` and a little. */
  stop(): Promise<void>;
}

/** After the wait for requests under way: how long each last step may take before it is left behind. */
const LAST_STEP_MS = 1_000;
/** A speaker may be within an inference call, which nothing can interrupt. */
const SPEAKER_CLOSE_MS = 3_000;

/** Builds the server and listens. Throws `listen_failed` when the address cannot be had, `config_invalid` as `buildServer` does. */
export async function startServer(parts: ListenParts): Promise<RunningServer> {
  const { host, port, stopSeconds } = parts.settings;
  const abandon = new AbortController();
  const app = buildServer({ ...parts, stop: abandon.signal });
  const address = await app.listen({ host, port }).catch((error: Error & { code?: string }) => {
    throw new LangduError('listen_failed', { address: `${host}:${port}`, problem: error.code ?? error.name }, error);
  });

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // 1. Nothing new: the port is closed, idle connections too; what is under way may finish, within its time.
    const closed = app.close();
    await settled(closed, stopSeconds * 1000);
    // 2. What is still under way is told to end, and answers so.
    abandon.abort();
    await settled(closed, LAST_STEP_MS);
    // 3. Whoever does not take that answer is cut off.
    app.server.closeAllConnections();
    await settled(closed, LAST_STEP_MS);
    // 4. Nobody is left who speaks or stores.
    await settled(parts.speaker.close(), SPEAKER_CLOSE_MS);
    await settled(parts.results.close(), LAST_STEP_MS);
  };
  return {
    address,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** SIGTERM and SIGINT stop the server and end the process with 0; a second one ends it at once. */
export function stopOnSignals(server: RunningServer, log: ServerParts['log']): void {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    // From here on a signal does what the system has it do. Not process.exit in a second handler: that ends worker
    // threads in the middle of native code, which aborts.
    for (const each of signals) process.removeListener(each, onSignal);
    log.info({ signal }, 'stopping');
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stop failed');
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, onSignal);
}

/** Waits for work to end, however it ends, but not for ever. */
async function settled(work: Promise<unknown>, ms: number): Promise<void> {
  const enough = new AbortController();
  const done = work.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([done, delay(ms, undefined, { signal: enough.signal }).catch(() => undefined)]);
  enough.abort();
}
