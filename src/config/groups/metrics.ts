import { kinds } from '../kinds.ts';
import type { Group } from '../setting.ts';

export const metrics = {
  metricsPort: {
    file: 'metrics.port',
    env: 'LANGDU_METRICS_PORT',
    flag: 'metrics-port',
    kind: kinds.integer(0, 65535),
    default: 0,
    doc: 'Port of its own for `/metrics`, which is then not on the public one; 0 is the public one.',
  },
  metricsHost: {
    file: 'metrics.host',
    env: 'LANGDU_METRICS_HOST',
    flag: 'metrics-host',
    kind: kinds.text,
    default: '127.0.0.1',
    doc: 'Address that this port listens on; refused where there is no such port.',
  },
} as const satisfies Group;
