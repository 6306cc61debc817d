import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schema } from '../../src/config/settings.ts';
import { strayVariables } from '../../src/config/stray.ts';

test('a variable that looks like a setting and is none is found; those of Kubernetes are its own', () => {
  const env = {
    ...{ LANGDU_PORT: '8080', LANGDU_WORKER: '', PORT: '80', HOME: '/root', LANGDU_CONFIG: 'a.yaml' },
    ...{ LANGDU_SERVICE_HOST: '10.0.0.1', LANGDU_SERVICE_PORT_HTTP: '80', LANGDU_PORT_80_TCP_ADDR: '10.0.0.1' },
    ...{ LANGDU_REDIS_SERVICE_HOST: '10.0.0.2', LANGDU_REDIS_PORT: 'tcp://10.0.0.2:6379' },
  };
  assert.deepEqual(strayVariables(env), ['LANGDU_PORT', 'LANGDU_WORKER']);
  const all = Object.values(schema).map(({ env }) => [env, '1']);
  assert.deepEqual(strayVariables(Object.fromEntries(all)), []);
});
