import { type Node, name, node, PickleWriter, pickled, tuple, type Written } from './write-pickle.ts';
import { writeZip, type ZipFile, type ZipOptions } from './write-zip.ts';

/** A storage to be written: `bytes` hold `length` elements of the type (`FloatStorage`). */
export interface WrittenStorage {
  readonly key: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly length: number;
  /** Module of the type, `torch` unless given. */
  readonly module?: string;
  /** Legacy: the part that is meant. */
  readonly view?: readonly [key: string, offset: number, length: number];
}

/** A float32 storage. */
export function floats(key: string, values: readonly number[]): WrittenStorage {
  const bytes = Buffer.from(Float32Array.from(values).buffer);
  return { key, type: 'FloatStorage', bytes, length: values.length };
}

const legacyIds = new WeakSet<PickleWriter>();

/** A reference to a storage by persistent id. */
export function storage(of: WrittenStorage, claims: { length?: Written } = {}): Node {
  return node((out) => {
    const id: Written[] = ['storage', name(of.module ?? 'torch', of.type), of.key, 'cpu', claims.length ?? of.length];
    if (legacyIds.has(out)) id.push(of.view === undefined ? null : tuple(...of.view));
    out.tuple(id).op(0x51);
  });
}

export interface View {
  readonly shape: readonly Written[];
  readonly strides?: readonly Written[];
  readonly offset?: Written;
}

/** `_rebuild_tensor_v2` on that storage, row-major unless strides are given. */
export function tensor(of: WrittenStorage | Node, view: View): Node {
  const source = 'write' in of ? of : storage(of);
  const strides = view.strides ?? rowMajor(view.shape as readonly number[]);
  return node((out) => {
    out.name('torch._utils', '_rebuild_tensor_v2');
    const hooks = node((inner) => inner.name('collections', 'OrderedDict').tuple([]).op(0x52));
    out.tuple([source, view.offset ?? 0, tuple(...view.shape), tuple(...strides), false, hooks]).op(0x52);
  });
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

export interface ZipCheckpointOptions extends ZipOptions {
  readonly root?: string;
  readonly byteOrder?: string | null;
  readonly deflate?: boolean;
  readonly protocol?: number;
  /** Entries beside the usual. */
  readonly more?: readonly ZipFile[];
}

/** The zip serialisation of a value (or of a pickle made by hand). */
export function zipCheckpoint(
  value: Written | Buffer,
  storages: readonly WrittenStorage[] = [],
  options: ZipCheckpointOptions = {},
): Buffer {
  const root = options.root ?? 'archive';
  const deflate = options.deflate === true;
  const pickle = Buffer.isBuffer(value) ? value : pickled(value, options.protocol);
  const order = options.byteOrder === undefined ? 'little' : options.byteOrder;
  return writeZip(
    [
      { name: `${root}/data.pkl`, bytes: pickle, deflate },
      ...(order === null ? [] : [{ name: `${root}/byteorder`, bytes: Buffer.from(order) }]),
      ...storages.map(({ key, bytes }) => ({ name: `${root}/data/${key}`, bytes, deflate })),
      { name: `${root}/version`, bytes: Buffer.from('3\n') },
      ...(options.more ?? []),
    ],
    options,
  );
}

export interface LegacyOptions {
  readonly magic?: bigint;
  readonly protocol?: number;
  readonly littleEndian?: boolean;
  /** The list of storages, instead of the true one. */
  readonly keys?: Written;
}

/** The legacy serialisation of a value (or of a pickle made by hand). */
export function legacyCheckpoint(
  value: Written | Buffer,
  storages: readonly WrittenStorage[] = [],
  options: LegacyOptions = {},
): Buffer {
  const machine = new Map<string, Written>([
    ['protocol_version', 1001],
    ['little_endian', options.littleEndian ?? true],
    ['type_sizes', new Map([['short', 2]])],
  ]);
  const parts = [
    pickled(options.magic ?? 0x1950a86a20f9469cfc6cn),
    pickled(options.protocol ?? 1001),
    pickled(machine),
    Buffer.isBuffer(value) ? value : legacyPickle(value),
    pickled(options.keys ?? storages.map(({ key }) => key)),
  ];
  for (const { bytes, length } of storages) {
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(BigInt(length));
    parts.push(count, bytes);
  }
  return Buffer.concat(parts);
}

function legacyPickle(value: Written): Buffer {
  const out = new PickleWriter();
  legacyIds.add(out);
  return out.value(value).stop();
}
