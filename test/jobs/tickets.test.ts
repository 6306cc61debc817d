import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandConnection, connected, waitingConnection } from '../../src/jobs/redis/connection.ts';
import { Tickets } from '../../src/jobs/redis/tickets.ts';
import { until } from '../until.ts';
import { RedisServer } from './redis-server.ts';

test('a ticket used up while Redis is away keeps nobody, and is gone later', { timeout: 60_000 }, async (t) => {
  const redis = await RedisServer.start();
  const [commands, waiting] = [commandConnection(redis.url), waitingConnection(redis.url)];
  const tickets = new Tickets(commands, waiting, 60_000);
  t.after(async () => {
    await tickets.close();
    for (const connection of [commands, waiting]) connection.disconnect();
  });
  await connected(commands);
  await tickets.add(1);
  const ticket = await tickets.next();
  assert.ok(ticket !== undefined);
  await redis.kill();
  await ticket.done();
  await redis.start();
  await connected(commands);
  await until(async () => !(await tickets.exists(ticket.id)), 'the ticket is gone');
});
