import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { LangduError } from '../errors.ts';
import { buildServer } from './app.ts';
import { serveMetrics } from './metrics-port.ts';
import type { ServerParts } from './parts.ts';

export interface ListenParts extends Omit<ServerParts, 'stop'> {
  /** Listens only when it has spoken: for a process among several, which would take its share of connections before. */
  readonly probeFirst?: boolean;
  /** What does jobs in this process: `stop` ends the turns at hand, `close` whatever is left. */
  readonly work?: { stop(): Promise<void>; close(): Promise<void> };
}

export interface RunningServer {
  /** `http://127.0.0.1:5000` */
  readonly address: string;
  /** Not ready, for this reason, until it has spoken again. */
  doubt(reason: string): void;
  /**
   * Stops the server, then closes its speaker, its results and its policy. Takes at most `drainSeconds`, `stopSeconds` and a little.
   * Resolves to whether its speaker ended: one that is wedged is left behind.
   */
  stop(): Promise<boolean>;
}

/** After the wait for requests under way: how long each last step may take before it is left behind. */
const LAST_STEP_MS = 1_000;
/** A speaker may be within an inference call, which nothing can interrupt. */
const SPEAKER_CLOSE_MS = 3_000;

/** Builds the server and listens. Throws `listen_failed` when the address cannot be had, `config_invalid` as `buildServer` does. */
export async function startServer(parts: ListenParts): Promise<RunningServer> {
  const { host, port } = parts.settings;
  const abandon = new AbortController();
  const app = buildServer({ ...parts, stop: abandon.signal });
  if (parts.settings.metricsPort !== 0) {
    const beside = await serveMetrics(parts.metrics, parts.settings);
    app.addHook('onClose', async () => void beside.close());
  }
  if (parts.probeFirst) await app.readiness.doubt('starting');
  const address = await app.listen({ host, port }).catch(async (error: Error & { code?: string }) => {
    await app.close();
    throw new LangduError('listen_failed', { address: `${host}:${port}`, problem: error.code ?? error.name }, error);
  });
  if (!parts.probeFirst) void app.readiness.doubt('starting');

  let stopping: Promise<boolean> | undefined;
  return {
    address,
    doubt: (reason) => void app.readiness.doubt(reason),
    stop: () => {
      stopping ??= stop(app, parts, abandon);
      return stopping;
    },
  };
}

async function stop(app: FastifyInstance, parts: ListenParts, abandon: AbortController): Promise<boolean> {
  const { drainSeconds, stopSeconds } = parts.settings;
  // 1. Said before it is done: whoever sends requests here may look elsewhere first.
  app.readiness.drain();
  if (drainSeconds > 0) await delay(drainSeconds * 1000);
  // 2. Nothing new: the port is closed, idle connections too; what is under way may finish, within its time.
  const closed = app.close();
  app.connections.drain();
  // Jobs stop after the sentences at hand, and go on elsewhere or at the next start.
  const worked = parts.work?.stop();
  await settled(closed, stopSeconds * 1000);
  // 3. What is still under way is told to end, and answers so.
  abandon.abort();
  await settled(closed, LAST_STEP_MS);
  // 4. Whoever does not take that answer is cut off.
  app.server.closeAllConnections();
  await settled(closed, LAST_STEP_MS);
  if (worked !== undefined) await settled(worked, LAST_STEP_MS);
  // 5. Nobody is left who speaks or stores.
  const quiet = await settled(parts.speaker.close(), SPEAKER_CLOSE_MS);
  if (parts.work !== undefined) await settled(parts.work.close(), LAST_STEP_MS);
  await settled(parts.results.close(), LAST_STEP_MS);
  if (parts.policy !== undefined) await settled(parts.policy.close(), LAST_STEP_MS);
  return quiet;
}

/**
 * SIGTERM and SIGINT stop the server and end the process with 0; a second one ends it at once. So does the first, when a
 * speaker does not end: `process.exit` would wait for its thread, which may never come out of native code.
 * Returns what does as a first signal would, and nothing when there has been one.
 */
export function stopOnSignals(server: RunningServer, log: ServerParts['log']): (signal: NodeJS.Signals) => void {
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

/** Waits for work to end, but not for ever: true when it ended well and in time. */
async function settled(work: Promise<unknown>, ms: number): Promise<boolean> {
  const enough = new AbortController();
  const done = work.then(
    () => true,
    () => false,
  );
  const late = delay(ms, false, { signal: enough.signal }).catch(() => false);
  const well = await Promise.race([done, late]);
  enough.abort();
  return well;
}
