import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { blockOf } from '../../../src/server/access/account.ts';
import { LANES, readKeyFile } from '../../../src/server/access/key-file.ts';

const defaults = { requestsPerMinute: 10, charactersPerMinute: 0, concurrent: 2, lanes: LANES };
const hash = 'ab'.repeat(32);

async function read(t: TestContext, text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-keys-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'keys.yaml');
  await writeFile(path, text);
  return readKeyFile(path, defaults);
}

test('a key has the limits it states, and the defaults for the rest', async (t) => {
  const [app, batch] = await read(
    t,
    `app: {sha256: ${hash}}\nbatch: {sha256: ${'cd'.repeat(32)}, requestsPerMinute: 0, lanes: [batch]}`,
  );
  assert.deepEqual(app, { name: 'app', hash: Buffer.from(hash, 'hex'), ...defaults });
  assert.deepEqual([batch?.requestsPerMinute, batch?.concurrent, batch?.lanes], [0, 2, ['batch']]);
});

test('what is wrong is said with the name, the field and what is valid, without the hash', async (t) => {
  const wrong: readonly [text: string, says: RegExp][] = [
    ['app: {sha256: xyz}', /keys\.yaml app\.sha256 \(the SHA-256 of the key in 64/],
    ['app: {}', /app\.sha256/],
    [`app: {sha256: ${hash}, requests: 1}`, /app\.requests \(there is no such field \(sha256, requestsPerMinute/],
    [`app: {sha256: ${hash}, concurrent: -1}`, /app\.concurrent \(a whole number/],
    [`app: {sha256: ${hash}, concurrent: 1.5}`, /app\.concurrent/],
    [`app: {sha256: ${hash}, concurrent: "1"}`, /app\.concurrent/],
    [`app: {sha256: ${hash}, lanes: [fast]}`, /app\.lanes \(a list of interactive, batch\)/],
    [`app: {sha256: ${hash}, lanes: []}`, /app\.lanes/],
    [`"a b": {sha256: ${hash}}`, /a name is 1 to 64/],
    [`a: {sha256: ${hash}}\nb: {sha256: ${hash}}`, /b\.sha256 \(the key of a, too/],
    ['[1]', /expected names with keys/],
    ['', /expected names with keys/],
  ];
  for (const [text, says] of wrong) {
    await assert.rejects(read(t, text), (error: Error) => {
      assert.match(error.message, says, text);
      assert.doesNotMatch(error.message, new RegExp(hash));
      return true;
    });
  }
});

test('addresses of one IPv6 network are one caller', () => {
  assert.equal(blockOf('10.1.2.3'), '10.1.2.3');
  assert.equal(blockOf('::ffff:10.1.2.3'), '10.1.2.3');
  assert.equal(blockOf('2001:db8:0:1:aaaa::1'), '2001:db8:0:1::/64');
  assert.equal(blockOf('2001:DB8::1'), '2001:db8:0:0::/64');
  assert.equal(blockOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
  assert.equal(blockOf('::1'), '0:0:0:0::/64');
});
