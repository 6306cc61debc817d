import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { describeSettings } from '../../src/config/describe.ts';
import { findConfigFile } from '../../src/config/file.ts';
import { loadSettings, resolveSettings } from '../../src/config/settings.ts';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

async function write(t: TestContext, name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-config-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

test('a file in YAML or JSON is under the environment and over the defaults', async (t) => {
  const yaml = await write(t, 'a.yaml', 'server:\n  port: 8080\nspeech:\n  maxText: 5\nresults:\n  keepBytes: 2G\n');
  const json = await write(
    t,
    'a.json',
    '{"server": {"port": 8080}, "speech": {"maxText": 5}, "results": {"keepBytes": 2147483648}}',
  );
  for (const path of [yaml, json]) {
    const file = findConfigFile(path);
    const { settings, origins } = resolveSettings({ file, env: { PORT: '9000' }, flags: { maxText: '7' } });
    assert.equal(settings.port, 9000);
    assert.equal(settings.maxText, 7);
    assert.equal(settings.keepBytes, 2 * 1024 ** 3);
    assert.equal(settings.host, '127.0.0.1');
    assert.deepEqual(origins.port, { source: 'environment', name: 'PORT' });
    assert.deepEqual(origins.maxText, { source: 'flag', name: '--max-text' });
    assert.deepEqual(origins.keepBytes, { source: 'file', name: `${path} results.keepBytes` });
    assert.deepEqual(origins.host, { source: 'default', name: '' });
  }
});

test('folders of a file are relative to it', async (t) => {
  const path = await write(t, 'a.yaml', 'results: {folder: there}');
  assert.equal(loadSettings({}, {}, findConfigFile(path)).output, join(path, '..', 'there'));
});

test('an empty file says nothing, nor does a group without keys', async (t) => {
  for (const text of ['', '# nothing\n', 'server:\n', '{}']) {
    assert.deepEqual(loadSettings({}, {}, findConfigFile(await write(t, 'a.yaml', text))), loadSettings());
  }
});

test('what is wrong in a file is said with the file, the key and what is valid', async (t) => {
  const wrong: readonly [text: string, says: RegExp][] = [
    ['server: {port: 70000}', /a\.yaml server\.port: 70000 \(an integer from 0 to 65535\)/],
    ['server: {port: "80"}', /a\.yaml server\.port: "80" \(an integer/],
    ['server: {port: 80.5}', /an integer/],
    ['server: {port: .nan}', /an integer/],
    ['results: {keepHours: .inf}', /a number from 0/],
    ['server: {port: null}', /server\.port: null \(an integer/],
    ['server: {port: [80]}', /server\.port: \[80\]/],
    ['server: {host: 1}', /server\.host: 1 \(text\)/],
    ['results: {keepBytes: -1}', /512M/],
    ['log: {level: loud}', /one of trace, debug/],
    ['server: {prot: 80}', /a\.yaml server\.prot: there is no such key \(in server: host, port,/],
    ['sever: {port: 80}', /sever\.port: there is no such key \(groups: server, speech/],
    ['port: 80', /a\.yaml port: expected keys with values/],
    ['server: {__proto__: 1}', /server\.__proto__: there is no such key/],
    ['[1]', /a\.yaml: expected groups of keys/],
    ['server: {port: 80, port: 81}', /a\.yaml: Map keys must be unique at line 1, column/],
    ['server: {port', /a\.yaml: .* at line 1, column/],
  ];
  for (const [text, says] of wrong) {
    const path = await write(t, 'a.yaml', text);
    assert.throws(() => loadSettings({}, {}, findConfigFile(path)), { code: 'config_invalid', message: says }, text);
  }
  assert.throws(() => findConfigFile('/no/such/file.yaml'), { code: 'config_invalid', message: /ENOENT/ });
});

test('`langdu config` shows what is in force and who said it, with langdu.yaml of its folder', async (t) => {
  const path = await write(t, 'langdu.yaml', 'server: {port: 8080, host: "::1"}');
  const printed = execFileSync(
    process.execPath,
    [main, 'config', '--json', '--max-text', '3', '--cache', '/elsewhere'],
    {
      cwd: join(path, '..'),
      env: { HOST: '0.0.0.0', PATH: process.env.PATH },
      encoding: 'utf8',
    },
  );
  const said = new Map((JSON.parse(printed) as { key: string }[]).map((each) => [each.key, each]));
  assert.deepEqual(said.get('server.port'), { key: 'server.port', value: '8080', from: `${path} server.port` });
  assert.deepEqual(said.get('server.host'), { key: 'server.host', value: '0.0.0.0', from: 'HOST' });
  assert.deepEqual(said.get('speech.maxText'), { key: 'speech.maxText', value: '3', from: '--max-text' });
  const cache = { key: 'dispatch.cacheFolder', value: '/elsewhere', from: '--cache' };
  assert.deepEqual(said.get('dispatch.cacheFolder'), cache);
  assert.equal(said.size, describeSettings(resolveSettings({})).length);
});
