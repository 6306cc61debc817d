import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { test } from 'node:test';
import type { Kind } from '../../src/config/kinds.ts';
import type { AnySetting } from '../../src/config/setting.ts';
import { loadSettings, type SettingKey, schema } from '../../src/config/settings.ts';
import { LangduError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';

test('without anything said, the defaults', () => {
  const settings = loadSettings();
  assert.equal(settings.host, '127.0.0.1');
  assert.equal(settings.port, 5000);
  assert.equal(settings.voice, '');
  assert.equal(settings.maxText, 10_000);
  assert.equal(settings.keepHours, 24);
  assert.equal(settings.keepBytes, 1024 ** 3);
  assert.equal(settings.workers, Math.min(256, availableParallelism()));
  assert.equal(settings.log, 'info');
  assert.match(settings.voices, /voices$/);
  assert.ok(isAbsolute(settings.voices) && isAbsolute(settings.output));
});

test('flags win over the environment, the environment over defaults, and an empty variable is none', () => {
  assert.equal(loadSettings({ PORT: '1' }).port, 1);
  assert.equal(loadSettings({ PORT: '1' }, { port: '2' }).port, 2);
  assert.equal(loadSettings({ PORT: '' }).port, 5000);
  assert.equal(loadSettings({ LANGDU_OUTPUT: 'there' }).output, resolve('there'));
  assert.equal(loadSettings({ LANGDU_KEEP_BYTES: '512M' }).keepBytes, 512 * 1024 ** 2);
  assert.equal(loadSettings({ LANGDU_KEEP_BYTES: '2g' }).keepBytes, 2 * 1024 ** 3);
  assert.equal(loadSettings({ LANGDU_KEEP_HOURS: '0.5' }).keepHours, 0.5);
  assert.equal(loadSettings({ LANGDU_LOG: 'debug' }).log, 'debug');
  const networks = ['127.0.0.1', '10.0.0.0/8', 'fd00::/8', '::1'];
  assert.deepEqual(loadSettings({ LANGDU_TRUST_PROXY: networks.join(', ') }).trustProxy, networks);
  assert.equal(loadSettings({ LANGDU_METRICS_HOST: '::1', LANGDU_METRICS_PORT: '9' }).metricsHost, '::1');
});

test('a wrong value is an error with its name, itself and what is valid', () => {
  const wrong: readonly [env: string, value: string, valid: RegExp][] = [
    ['PORT', 'abc', /PORT=abc \(an integer from 0 to 65535\)/],
    ['PORT', '65536', /65535/],
    ['PORT', '-1', /65535/],
    ['PORT', '1.5', /an integer/],
    ['PORT', '0x10', /an integer/],
    ['PORT', ' 80', /an integer/],
    ['LANGDU_WORKERS', '0', /from 1 to 256/],
    ['LANGDU_MAX_TEXT', '0', /from 1/],
    ['LANGDU_KEEP_HOURS', '-1', /a number from 0/],
    ['LANGDU_KEEP_HOURS', 'NaN', /a number/],
    ['LANGDU_KEEP_HOURS', 'Infinity', /a number/],
    ['LANGDU_KEEP_BYTES', '1X', /512M/],
    ['LANGDU_KEEP_BYTES', '999999999999999T', /512M/],
    ['LANGDU_LONGEST_WAIT', '0.1', /a number from 0.5/],
    ['LANGDU_TRUST_PROXY', 'proxy.local', /LANGDU_TRUST_PROXY=proxy.local \(IP addresses or networks/],
    ['LANGDU_TRUST_PROXY', '10.0.0.1,10.0.0.0/33', /10.0.0.0\/8/],
    ['LANGDU_TRUST_PROXY', '10.0.0.0/0', /10.0.0.0\/8/],
    [
      'LANGDU_METRICS_HOST',
      '0.0.0.0',
      /LANGDU_METRICS_HOST=0.0.0.0 \(only with a port: metrics.port, LANGDU_METRICS_PORT/,
    ],
    ['LANGDU_LOG', 'loud', /one of trace, debug, info, warn, error, silent/],
  ];
  for (const [env, value, valid] of wrong) {
    assert.throws(() => loadSettings({ [env]: value }), { code: 'config_invalid', message: valid }, `${env}=${value}`);
  }
  assert.throws(() => loadSettings({}, { port: 'x' }), { message: /--port=x/ });
  assert.throws(() => loadSettings({}, { voices: '' }), { code: 'config_invalid' });
});

test('every setting has a variable, a flag and a place in the file of its own, and its default shows as it is read', () => {
  const entries = Object.values(schema);
  assert.equal(new Set(entries.map(({ file }) => file)).size, entries.length);
  assert.equal(new Set(entries.map(({ env }) => env)).size, entries.length);
  assert.equal(new Set(entries.map(({ flag }) => flag)).size, entries.length);
  const settings = loadSettings();
  for (const [key, setting] of Object.entries(schema) as [SettingKey, AnySetting][]) {
    assert.notEqual(settings[key], undefined, key);
    const kind = setting.kind as Kind<unknown>;
    assert.deepEqual(kind.read(kind.show(setting.default), '/'), setting.default, key);
    assert.match(setting.file, /^[a-z\d]+\.[a-zA-Z\d]+$/);
  }
});

test('the log is JSON lines that quote no text', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  log.debug('unheard');
  log.error({ err: new LangduError('text_unspeakable', { characters: '私密' }, new Error('inner')) }, 'failed');
  assert.equal(lines.length, 1);
  const line = JSON.parse(lines[0]!) as {
    level: string;
    time: string;
    err: { code: string; cause: { message: string } };
  };
  assert.equal(line.level, 'error');
  assert.ok(Date.parse(line.time) > 0);
  assert.equal(line.err.code, 'text_unspeakable');
  assert.equal(line.err.cause.message, 'inner');
  assert.doesNotMatch(lines[0]!, /私密/);
});
