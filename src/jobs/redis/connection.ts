import { Redis } from 'ioredis';

/** Longest a command may take before jobs count as unavailable: a paused Redis must not hold requests. */
export const COMMAND_TIMEOUT_MS = 2000;
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
