import { openRedis } from '../../src/jobs/redis/driver.ts';
import { contract } from './contract.ts';
import { RedisServer } from './redis-server.ts';

const server = await RedisServer.start();

contract(
  'redis',
  (options) => openRedis({ url: server.url, ...options }),
  () => server.empty(),
);
