import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { opened } from './opened.ts';
import { refused } from './refused.ts';
import { floats, tensor, type WrittenStorage, zipCheckpoint } from './write-checkpoint.ts';
import { dict, pickled } from './write-pickle.ts';
import { writeZip, type ZipFile, type ZipOptions } from './write-zip.ts';

const four = floats('0', [1, 2, 3, 4]);
const root = pickled(dict({ t: tensor(four, { shape: [4] }) }));
const pickle: ZipFile = { name: 'archive/data.pkl', bytes: root };
const data: ZipFile = { name: 'archive/data/0', bytes: four.bytes };

describe('archives', () => {
  it('are read when nothing is wrong with them', () => {
    opened(writeZip([pickle, data]), (checkpoint) =>
      assert.deepEqual([...checkpoint.stateDict().get('t')!.read()], [1, 2, 3, 4]),
    );
  });

  const names = [
    '../evil',
    'archive/../../evil',
    '/etc/passwd',
    '\\evil',
    'archive\\..\\evil',
    'C:\\evil',
    'a\0b',
    '..',
  ];
  for (const name of names) {
    it(`with the name ${JSON.stringify(name)} are refused`, () => {
      refused(writeZip([pickle, data, { name, bytes: Buffer.alloc(1) }]), 'checkpoint_forbidden', /archive name/);
    });
  }

  const extra = (file: Partial<ZipFile>): ZipFile[] => [pickle, { ...data, ...file }];
  const cases: readonly (readonly [what: string, about: RegExp, files: readonly ZipFile[], options?: ZipOptions])[] = [
    ['without a checkpoint', /not one checkpoint.*"archive\/data\/0"/, [data]],
    ['with two checkpoints', /not one checkpoint/, [pickle, data, { ...pickle, name: 'other/data.pkl' }]],
    ['without the storage', /no storage "0"/, [pickle]],
    ['with a storage too small', /larger than its entry/, extra({ bytes: four.bytes.subarray(1) })],
    ['with an entry twice', /twice/, [pickle, data, data]],
    [
      'with entries that share their bytes',
      /overlaps|disagree/,
      [pickle, data, { ...data, name: 'archive/data/1', header: 0 }],
    ],
    ['with one header for two entries', /twice|overlaps/, [pickle, { ...pickle, header: 0 }, data]],
    [
      'with an entry inside another',
      /overlaps/,
      [{ ...pickle, packed: root.length + 40, size: root.length + 40 }, data],
    ],
    ['with an entry inside the directory', /into the directory/, extra({ size: 80, packed: 80 })],
    ['with an entry beyond the end', /into the directory|too early/, extra({ size: 2 ** 31, packed: 2 ** 31 })],
    ['with a header beyond the end', /too early/, extra({ header: 2 ** 31 })],
    ['with a header that is none', /disagree/, [{ ...pickle, header: 1 }, data]],
    ['with another name inside', /disagree/, extra({ localName: 'archive/data/1' })],
    ['that are encrypted', /encrypted/, extra({ flags: 1 })],
    ['packed by another method', /method 14/, extra({ method: 14 })],
    ['stored in two sizes', /two sizes/, extra({ size: 15 })],
    ['whose directory says fewer', /damaged/, [pickle, data], { count: 1 }],
    ['whose directory says more', /damaged/, [pickle, data], { count: 3 }],
    ['whose directory is elsewhere', /damaged|out of place/, [pickle, data], { start: 7 }],
    ['whose wide directory says more', /damaged/, [pickle, data], { zip64: true, count: 2 ** 50 }],
    ['whose wide directory is elsewhere', /out of place/, [pickle, data], { zip64: true, start: 2 ** 50 }],
    [
      'of no known byte order',
      /byte order/,
      [pickle, data, { name: 'archive/byteorder', bytes: Buffer.from('middle') }],
    ],
    ['of a long byte order', /byte order/, [pickle, data, { name: 'archive/byteorder', bytes: Buffer.alloc(1 << 20) }]],
  ];
  for (const [what, about, files, options] of cases) {
    it(`${what} are refused`, () => void refused(writeZip(files, options), 'checkpoint_invalid', about));
  }

  it('of TorchScript are refused, for they hold code', () => {
    const files = [pickle, data, { name: 'archive/constants.pkl', bytes: root }];
    refused(writeZip(files), 'checkpoint_forbidden', /TorchScript/);
  });

  it('of a wide size beyond 2^53 are refused', () => {
    const file = writeZip([pickle, data], { zip64: true });
    const at = file.indexOf('PK\x06\x06');
    file.writeBigUInt64LE(2n ** 64n - 1n, at + 40);
    refused(file, 'checkpoint_invalid', /size that cannot be/);
  });

  const patches: readonly (readonly [what: string, about: RegExp, patch: (file: Buffer) => void])[] = [
    ['a directory of 4 GiB', /too large/, (file) => file.writeUInt32LE(0xffffffff, file.length - 10)],
    ['a directory entry that is none', /damaged/, (file) => file.write('PK', file.lastIndexOf('PK\x01\x02') + 2)],
    ['a directory cut short', /damaged/, (file) => file.writeUInt32LE(47, file.length - 10)],
    ['a comment beyond the end', /damaged/, (file) => file.writeUInt16LE(9, file.lastIndexOf('PK\x01\x02') + 32)],
  ];
  for (const [what, about, patch] of patches) {
    it(`with ${what} are refused`, () => {
      const file = writeZip([pickle, data]);
      patch(file);
      refused(file, 'checkpoint_invalid', about);
    });
  }

  it('whose wide directory is not where it is said to be are refused', () => {
    const file = writeZip([pickle, data], { zip64: true });
    file.writeUInt32LE(0, file.indexOf('PK\x06\x06'));
    refused(file, 'checkpoint_invalid', /out of place/);
  });

  it('with a damaged extra field are refused', () => {
    const file = writeZip([pickle, data], { zip64: true });
    const at = file.lastIndexOf('PK\x01\x02') + 46 + data.name.length;
    file.writeUInt16LE(0xffff, at + 2);
    refused(file, 'checkpoint_invalid', /directory is damaged/);
  });
});

describe('deflated entries', () => {
  const zeros: WrittenStorage = { key: '0', type: 'ByteStorage', bytes: Buffer.alloc(1 << 20), length: 1 << 20 };

  it('are read when they are what they say', () => {
    const file = zipCheckpoint(dict({ t: tensor(zeros, { shape: [1 << 20] }) }), [zeros], { deflate: true });
    opened(file, (checkpoint) => assert.equal(checkpoint.stateDict().get('t')!.read().length, 1 << 20));
  });

  it('that say more than deflate can do are refused', () => {
    const small = { name: 'archive/data/0', bytes: Buffer.alloc(16), deflate: true };
    refused(writeZip([pickle, { ...small, size: 1 << 20 }]), 'checkpoint_invalid', /packed too tightly/);
  });

  it('that would be huge are refused', () => {
    refused(writeZip([pickle, { ...data, deflate: true, size: 2 ** 31 }]), 'checkpoint_invalid', /packed too tightly/);
  });

  it('of a pickle that would be huge are refused before they are inflated', () => {
    const bytes = Buffer.alloc((1 << 25) + 1, 0x4e);
    refused(writeZip([{ ...pickle, bytes, deflate: true }]), 'checkpoint_invalid', /its pickle is 33554433 bytes/);
  });

  const deflated = (file: Partial<ZipFile>) => writeZip([pickle, { ...data, deflate: true, ...file }]);
  const lies: readonly (readonly [what: string, file: Buffer])[] = [
    ['that grow beyond what they say', deflated({ bytes: Buffer.alloc(5000), size: 16 })],
    ['that fall short of what they say', deflated({ size: 17 })],
    ['that are no deflate', writeZip([pickle, { ...data, method: 8, bytes: Buffer.alloc(16, 0xff) }])],
  ];
  for (const [what, file] of lies) {
    it(`${what} fail when read, and not before`, () => {
      opened(file, (checkpoint) => {
        const t = checkpoint.stateDict().get('t')!;
        assert.throws(() => t.read(), { code: 'checkpoint_invalid', message: /inflated|size it says/ });
      });
    });
  }
});

describe('files that are something else', () => {
  const cases: readonly (readonly [what: string, about: RegExp, Buffer])[] = [
    ['empty', /empty/, Buffer.alloc(0)],
    ['one byte', /neither/, Buffer.from('P')],
    ['text', /neither/, Buffer.from('version https://git-lfs.github.com/spec/v1\n')],
    ['a tar, as torch 0.1 wrote', /neither/, Buffer.from('storages'.padEnd(512, '\0'))],
    ['a zip signature alone', /no directory/, Buffer.from('PK\x03\x04')],
    ['an empty zip', /neither/, writeZip([])],
    ['a zip without its end', /no directory/, writeZip([pickle, data]).subarray(0, -1)],
  ];
  for (const [what, about, file] of cases) {
    it(`${what}: refused`, () => void refused(file, 'checkpoint_invalid', about));
  }
});
