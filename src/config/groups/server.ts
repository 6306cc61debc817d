import { kinds } from '../kinds.ts';
import type { Group } from '../setting.ts';

export const server = {
  host: {
    file: 'server.host',
    env: 'HOST',
    flag: 'host',
    kind: kinds.text,
    default: '127.0.0.1',
    doc: 'Address to listen on; `0.0.0.0` or `::` for every interface.',
  },
  port: {
    file: 'server.port',
    env: 'PORT',
    flag: 'port',
    kind: kinds.integer(0, 65535),
    default: 5000,
    doc: 'Port to listen on; 0 takes a free one, and the log says which.',
  },
  stopSeconds: {
    file: 'server.stopSeconds',
    env: 'LANGDU_STOP_SECONDS',
    flag: 'stop-seconds',
    kind: kinds.number(0, 3600),
    default: 10,
    doc: 'How long a stop waits for requests under way, in seconds.',
  },
} as const satisfies Group;
