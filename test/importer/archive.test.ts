import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { LangduError } from '../../src/errors.ts';
import { importModel } from '../../src/importer/import.ts';
import { writeZip } from '../torch/write-zip.ts';

const model = join(packageRoot, 'test/golden/tiny');
const folder = mkdtempSync(join(tmpdir(), 'langdu-archive-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The model's voices as an archive, under `prefix`, deflated or stored. */
function archive(prefix: string, deflate: boolean): Buffer {
  const files = readdirSync(join(model, 'voices'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return writeZip(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: prefix + path.slice(join(model, 'voices').length + 1), bytes: readFileSync(path), deflate };
    }),
  );
}

function place(name: string, zip: Buffer): string {
  const place = mkdtempSync(join(folder, name));
  writeFileSync(join(place, 'configuration.json'), readFileSync(join(model, 'configuration.json')));
  writeFileSync(join(place, 'voices.zip'), zip);
  return place;
}

describe('a model published as voices.zip', () => {
  const plain = importModel(model, { out: join(folder, 'plain'), precision: 'fp32' })[0]!;

  for (const [prefix, deflate] of [
    ['voices/', true],
    ['', false],
  ] as const) {
    it(`gives the same package as the folder (${prefix || 'no folder'}, ${deflate ? 'deflated' : 'stored'})`, () => {
      const [voice] = importModel(place('good', archive(prefix, deflate)), {
        out: join(folder, `zip${deflate}`),
        precision: 'fp32',
      });
      const read = (path: string) => readdirSync(path).map((name) => [name, readFileSync(join(path, name))]);
      assert.deepEqual(read(voice!.folder), read(plain.folder));
    });
  }

  it('is refused when it is no archive, or has no voices', () => {
    for (const [zip, code] of [
      [Buffer.from('nothing of the kind'), 'checkpoint_invalid'],
      [writeZip([{ name: 'readme.txt', bytes: Buffer.from('x') }]), 'import_failed'],
      [writeZip([{ name: '../evil', bytes: Buffer.from('x') }]), 'checkpoint_forbidden'],
    ] as const) {
      assert.throws(
        () => importModel(place('bad', zip), { out: join(folder, 'bad-out'), precision: 'fp32' }),
        (error: unknown) => error instanceof LangduError && error.code === code,
      );
    }
  });

  it('leaves nothing of the archive behind', () => {
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith('langdu-voices-')),
      [],
    );
  });
});
