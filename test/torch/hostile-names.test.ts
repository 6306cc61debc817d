import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bothRefused, refused } from './refused.ts';
import { floats, storage, zipCheckpoint } from './write-checkpoint.ts';
import { call, dict, handmade, type Node, name, node, tuple, type Written } from './write-pickle.ts';

const four = floats('0', [1, 2, 3, 4]);

describe('names that are not allowed', () => {
  const names: readonly (readonly [module: string, name: string])[] = [
    ['os', 'system'],
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['__builtin__', 'getattr'],
    ['argparse', 'Namespace'],
    ['numpy.core.multiarray', 'scalar'],
    ['_codecs', 'encode'],
    ['torch.nn.modules.linear', 'Linear'],
    ['torch.optim.lr_scheduler', 'LambdaLR'],
    ['torch', 'load'],
    ['torch', 'ComplexFloatStorage'],
    ['torch._utils', '_rebuild_qtensor'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
  ];
  for (const [module, of] of names) {
    it(`${module}.${of} is refused by name`, () => {
      const about = new RegExp(`"${module}\\.${of}" \\(at byte \\d+`.replaceAll('.', '\\.').replaceAll('\\\\.', '\\.'));
      bothRefused('checkpoint_forbidden', about, dict({ x: name(module, of) }));
      bothRefused('checkpoint_forbidden', about, dict({ x: call(name(module, of), 'true') }));
      refused(zipCheckpoint(dict({ x: name(module, of) }), [], { protocol: 4 }), 'checkpoint_forbidden', about);
    });
  }

  it('the message says under which keys', () => {
    const root = dict({
      model: 1,
      scheduler: dict({ base_lrs: [0.5], lr_lambdas: [name('kantts.train', 'warm_up')] }),
    });
    bothRefused('checkpoint_forbidden', /"kantts\.train\.warm_up".*under .*"scheduler" "lr_lambdas"/, root);
  });

  it('a name split elsewhere is the same name', () => {
    bothRefused('checkpoint_forbidden', /"os\.path\.join"/, name('os', 'path.join'));
  });

  it('a name cannot fill or forge a log', () => {
    const error = refused(
      zipCheckpoint(name('a', `\r\u001b[2J${'x'.repeat(900)}`)),
      'checkpoint_forbidden',
      /\\r\\u001b/,
    );
    assert.ok(error.message.length < 300);
  });
});

describe('calls', () => {
  const ordered = name('collections', 'OrderedDict');
  const cases: readonly (readonly [what: string, code: 'invalid' | 'forbidden', about: RegExp, Written | Buffer])[] = [
    ['of a dtype', 'forbidden', /call of torch\.float32/, call(name('torch', 'float32'))],
    ['of a storage type', 'forbidden', /call of torch\.FloatStorage/, call(name('torch', 'FloatStorage'), 4)],
    ['of int', 'forbidden', /call of builtins\.int/, call(name('builtins', 'int'), '1')],
    [
      'of text',
      'forbidden',
      /call of what is no name/,
      handmade((out) => out.value('system').tuple(['true']).op(0x52)),
    ],
    ['of a dict', 'forbidden', /call of what is no name/, handmade((out) => out.value(dict({})).tuple([]).op(0x52))],
    [
      'with arguments that are none',
      'invalid',
      /without arguments/,
      handmade((out) => out.value(ordered).value(7).op(0x52)),
    ],
    ['by NEWOBJ', 'forbidden', /call of what is no name/, handmade((out) => out.value('x').tuple([]).op(0x81))],
    [
      'by INST',
      'forbidden',
      /instruction 0x69/,
      handmade((out) => out.op(0x28, 0x69).raw(Buffer.from('os\nsystem\n'))),
    ],
    ['by OBJ', 'forbidden', /instruction 0x6f/, handmade((out) => out.op(0x28).value(ordered).op(0x6f))],
    ['by an extension code', 'forbidden', /instruction 0x82/, handmade((out) => out.op(0x82, 1))],
    ['of a factory that is code', 'forbidden', /factory/, call(name('collections', 'defaultdict'), 'os.system')],
    ['of OrderedDict with text', 'invalid', /OrderedDict/, call(ordered, 'text')],
    ['of OrderedDict with a number', 'invalid', /OrderedDict is made of/, call(ordered, 7)],
    ['of OrderedDict with no pairs', 'invalid', /no pairs/, call(ordered, [[1, 2, 3]])],
    ['of list with a dict', 'invalid', /list is made of/, call(name('builtins', 'list'), dict({}))],
    ['of Parameter with no tensor', 'invalid', /parameter/, call(name('torch._utils', '_rebuild_parameter'), 1)],
    [
      'that give state to a list',
      'forbidden',
      /state for/,
      handmade((out) =>
        out
          .value([])
          .value(dict({ a: 1 }))
          .op(0x62),
      ),
    ],
    [
      'that give state to a name',
      'forbidden',
      /state for/,
      handmade((out) =>
        out
          .value(ordered)
          .value(dict({ a: 1 }))
          .op(0x62),
      ),
    ],
    ['that leave a type as a value', 'invalid', /OrderedDict as a value/, dict({ x: ordered })],
  ];
  for (const [what, code, about, content] of cases) {
    it(`${what} are refused`, () => bothRefused(`checkpoint_${code}`, about, content));
  }

  it('that leave a storage as a value are refused', () => {
    bothRefused('checkpoint_invalid', /a storage as a value/, dict({ x: storage(four) }), [four]);
  });
});

describe('references outside the pickle', () => {
  const persistent = (id: Written): Node => node((out) => out.value(id).op(0x51));
  const float = name('torch', 'FloatStorage');
  const cases: readonly (readonly [what: string, code: 'invalid' | 'forbidden', about: RegExp, Written])[] = [
    ['a module with its source', 'forbidden', /reference to "module"/, tuple('module', 1, 'a.py', 'import os')],
    ['anything', 'forbidden', /reference to something/, tuple(1)],
    ['nothing', 'forbidden', /reference to something/, tuple()],
    ['text', 'invalid', /no tuple/, 'storage'],
    ['a storage of no type', 'invalid', /type that is none/, tuple('storage', 'FloatStorage', '0', 'cpu', 4)],
    [
      'a storage of a dict type',
      'invalid',
      /type that is none/,
      tuple('storage', name('builtins', 'dict'), '0', 'cpu', 4),
    ],
    ['a storage without a key', 'invalid', /no text/, tuple('storage', float, null, 'cpu', 4)],
    ['a storage of negative length', 'invalid', /no sensible number/, tuple('storage', float, '0', 'cpu', -4)],
    ['a storage of 2^63 elements', 'invalid', /no sensible number/, tuple('storage', float, '0', 'cpu', 2n ** 63n)],
    ['a storage of half an element', 'invalid', /no sensible number/, tuple('storage', float, '0', 'cpu', 0.5)],
    ['a storage larger than its file', 'invalid', /larger than/, tuple('storage', float, '0', 'cpu', 2 ** 51)],
    ['a storage with a view of text', 'invalid', /view that is none/, tuple('storage', float, '0', 'cpu', 4, 'view')],
  ];
  for (const [what, code, about, id] of cases) {
    it(`to ${what} are refused`, () => bothRefused(`checkpoint_${code}`, about, persistent(id), [four]));
  }
});
