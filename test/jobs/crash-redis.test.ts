import { test } from 'node:test';
import { crashTest } from './crash.ts';
import { RedisServer } from './redis-server.ts';

test('jobs in Redis survive a hundred kills', async (t) => {
  const { url } = await RedisServer.start();
  await crashTest(t, { redis: url });
});
