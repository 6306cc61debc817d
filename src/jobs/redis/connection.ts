import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Longest a command may take before jobs count as unavailable: a paused Redis must not hold requests. */
const COMMAND_TIMEOUT_MS = 2000;
const CONNECT_TIMEOUT_MS = 5000;
/** Tries again for ever, twice a second at least: who comes back is found at once. */
const reconnecting = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  retryStrategy: (times: number) => Math.min(100 * times, 500),
};

/** For commands whose caller waits: fails at once while there is no connection. */
export function commandConnection(url: string): Redis {
  return quiet(
    new Redis(url, {
      ...reconnecting,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
    }),
  );
}

/** For BullMQ's worker, which waits for tickets and for Redis to come back. */
export function waitingConnection(url: string): Redis {
  return quiet(new Redis(url, { ...reconnecting, maxRetriesPerRequest: null }));
}

/**
 * Waits for what was asked on the waiting connection as long as a command may take. It stays asked, and is done when
 * Redis is back; but whoever stops while Redis is away must not wait for that.
 */
export async function briefly(work: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  const enough = delay(COMMAND_TIMEOUT_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
  try {
    await Promise.race([work, enough]);
  } finally {
    waiting.abort();
  }
}

/** Errors come with the commands; without a listener each would be printed besides. */
function quiet(redis: Redis): Redis {
  return redis.on('error', () => undefined);
}

/** Resolves once connected, or after a while without: a server starts without its Redis, too. */
export async function connected(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CONNECT_TIMEOUT_MS);
    redis.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
