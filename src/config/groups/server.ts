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
  trustProxy: {
    file: 'server.trustProxy',
    env: 'LANGDU_TRUST_PROXY',
    flag: 'trust-proxy',
    kind: kinds.list,
    default: [],
    doc: 'Addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` says who asks.',
  },
  maxConnections: {
    file: 'server.maxConnections',
    env: 'LANGDU_MAX_CONNECTIONS',
    flag: 'max-connections',
    kind: kinds.integer(1, 1_000_000),
    default: 8192,
    doc: 'Connections at a time. Beyond it the one that has been idle longest is closed; where none is idle, the new one. Keep it under the open files that the system allows.',
  },
  idleSeconds: {
    file: 'server.idleSeconds',
    env: 'LANGDU_IDLE_SECONDS',
    flag: 'idle-seconds',
    kind: kinds.number(1, 3600),
    default: 72,
    doc: 'How long a connection is kept between two requests, in seconds. Longer than what a proxy in front keeps it.',
  },
  requestSeconds: {
    file: 'server.requestSeconds',
    env: 'LANGDU_REQUEST_SECONDS',
    flag: 'request-seconds',
    kind: kinds.number(1, 3600),
    default: 30,
    doc: 'How long a request may take to arrive, in seconds, and a new connection to send one.',
  },
  drainSeconds: {
    file: 'server.drainSeconds',
    env: 'LANGDU_DRAIN_SECONDS',
    flag: 'drain-seconds',
    kind: kinds.number(0, 3600),
    default: 0,
    doc: 'How long a stop goes on serving while `/readyz` already says no, in seconds, so that a load balancer notices first.',
  },
  stopSeconds: {
    file: 'server.stopSeconds',
    env: 'LANGDU_STOP_SECONDS',
    flag: 'stop-seconds',
    kind: kinds.number(0, 3600),
    default: 10,
    doc: 'How long a stop then waits for requests under way, in seconds.',
  },
} as const satisfies Group;
