import type { TorchDtype } from './dtype.ts';

/** Which of the three rebuilding functions, told apart by what they are called with. */
export type TensorArguments = 'plain' | 'with-gradient' | 'with-dtype';

/** What an allowed name stands for. None is looked up or called: each is a case of construct.ts. */
export type GlobalRole =
  | { readonly kind: 'mapping' | 'default-mapping' | 'sequence' | 'scalar' | 'parameter' }
  | { readonly kind: 'tensor'; readonly arguments: TensorArguments }
  | { readonly kind: 'storage'; readonly dtype: TorchDtype | undefined }
  | { readonly kind: 'dtype'; readonly dtype: TorchDtype };

/** A name of the allow-list as it stands on the pickle stack. */
export class Global {
  readonly name: string;
  readonly role: GlobalRole;

  constructor(name: string, role: GlobalRole) {
    this.name = name;
    this.role = role;
  }
}

const storages: Readonly<Record<string, TorchDtype>> = {
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  DoubleStorage: 'float64',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

const roles: readonly (readonly [name: string, role: GlobalRole])[] = [
  ['collections.OrderedDict', { kind: 'mapping' }],
  // MultiStepLR, the vocoder's schedule, keeps its milestones in one.
  ['collections.Counter', { kind: 'mapping' }],
  ['collections.defaultdict', { kind: 'default-mapping' }],
  ...['builtins', '__builtin__'].flatMap((module): [string, GlobalRole][] => [
    [`${module}.dict`, { kind: 'mapping' }],
    [`${module}.list`, { kind: 'sequence' }],
    [`${module}.set`, { kind: 'sequence' }],
    [`${module}.int`, { kind: 'scalar' }],
    [`${module}.float`, { kind: 'scalar' }],
  ]),
  ['torch.Size', { kind: 'sequence' }],
  ['torch._utils._rebuild_tensor', { kind: 'tensor', arguments: 'plain' }],
  ['torch._utils._rebuild_tensor_v2', { kind: 'tensor', arguments: 'with-gradient' }],
  ['torch._utils._rebuild_tensor_v3', { kind: 'tensor', arguments: 'with-dtype' }],
  ['torch._utils._rebuild_parameter', { kind: 'parameter' }],
  ['torch.nn.parameter.Parameter', { kind: 'parameter' }],
  ...Object.entries(storages).map(([name, dtype]): [string, GlobalRole] => [
    `torch.${name}`,
    { kind: 'storage', dtype },
  ]),
  ['torch.UntypedStorage', { kind: 'storage', dtype: undefined }],
  ['torch.storage.UntypedStorage', { kind: 'storage', dtype: undefined }],
  ...Object.values(storages).map((dtype): [string, GlobalRole] => [`torch.${dtype}`, { kind: 'dtype', dtype }]),
];

const allowed: ReadonlyMap<string, Global> = new Map(roles.map(([name, role]) => [name, new Global(name, role)]));

/** The allowed global of that name. A module's dots and a name's are told apart nowhere else, so neither here. */
export function findGlobal(name: string): Global | undefined {
  return allowed.get(name);
}
