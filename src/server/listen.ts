import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { LangduError } from '../errors.ts';
import { settled } from '../settled.ts';
import { buildServer } from './app.ts';
import { serveMetrics } from './metrics-port.ts';
import type { ServerParts } from './parts.ts';
import { LAST_STEP_MS, SPEAKER_CLOSE_MS } from './stopping.ts';

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
   * Stops the server, then closes its speaker, its results and its policy. Takes at most `drainSeconds`, `stopSeconds`
   * and a little. Resolves to whether its speaker ended: one that is wedged is left behind.
   */
  stop(): Promise<boolean>;
}

/**
 * Builds the server and listens. Throws `listen_failed` when the address cannot be had, `config_invalid` as
 * `buildServer` does.
 */
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
