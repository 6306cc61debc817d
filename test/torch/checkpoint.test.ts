import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { LangduError } from '../../src/errors.ts';
import { isLazyTensor, openCheckpoint } from '../../src/torch/checkpoint.ts';
import { at, opened, temporaryPath } from './opened.ts';
import { floats, legacyCheckpoint, tensor, zipCheckpoint } from './write-checkpoint.ts';
import { call, dict, name, stateDict, tuple, type Written } from './write-pickle.ts';

const vocoder = join(packageRoot, 'test', 'torch', 'fixtures', 'vocoder.pth');

describe('a checkpoint that torch wrote', () => {
  it('gives the tensors numpy reads from it', () => {
    const checkpoint = openCheckpoint(vocoder);
    assert.equal(checkpoint.serialisation, 'zip');
    assert.equal(at(checkpoint, 'steps'), 2000);
    const generator = checkpoint.stateDict('model', 'generator');
    assert.equal(generator.size, 174);
    const all = createHash('sha256');
    for (const tensor of generator.values()) all.update(new Uint8Array(tensor.read().buffer));
    // Of the same tensors, in this order, read with Python's own unpickler and numpy.
    assert.equal(all.digest('hex'), '40f470f857a99fdfa2c0b637d4010d0052ca463e67f7a562b209357999fbc5d4');
    const gain = generator.get('transpose_upsamples.0.1.deconv.weight_g');
    assert.deepEqual(gain?.shape, [16, 1, 1]);
    assert.deepEqual([...gain.read().subarray(0, 2)], [0.8890865445137024, 0.9667634963989258]);
    checkpoint.close();
  });
});

const weight = floats('0', [1, 2, 3, 4, 5, 6]);
const momentum = floats('1', [9, 9]);
const training = dict({
  model: stateDict({
    'a.weight': tensor(weight, { shape: [2, 3] }),
    'a.bias': tensor(weight, { shape: [3], offset: 3 }),
  }),
  optimizer: dict({
    state: new Map<number, Written>([[0, dict({ step: 7, exp_avg: tensor(momentum, { shape: [2] }) })]]),
    param_groups: [dict({ lr: 0.25, betas: tuple(0.5, 0.75), amsgrad: false, params: [0] })],
  }),
  scheduler: dict({
    milestones: call(name('collections', 'Counter'), new Map([[200000, 1]])),
    lr_lambdas: [null],
  }),
  steps: 70000,
  epochs: 2 ** 40,
});

const written = {
  zip: zipCheckpoint(training, [weight, momentum]),
  'zip, protocol 4': zipCheckpoint(training, [weight, momentum], { protocol: 4 }),
  'zip64 with a comment': zipCheckpoint(training, [weight, momentum], { zip64: true, comment: 'PK' }),
  'zip, deflated': zipCheckpoint(training, [weight, momentum], { deflate: true, root: '音色_1000' }),
  'zip without byteorder': zipCheckpoint(training, [weight, momentum], { byteOrder: null }),
  legacy: legacyCheckpoint(training, [weight, momentum]),
};

for (const [kind, bytes] of Object.entries(written)) {
  describe(`a training checkpoint (${kind})`, () => {
    it('is told apart by its first bytes', () => {
      opened(bytes, ({ serialisation }) => assert.equal(serialisation, kind === 'legacy' ? 'legacy' : 'zip'));
    });

    it('gives the tensors of the model alone', () => {
      opened(bytes, (checkpoint) => {
        const model = checkpoint.stateDict('model');
        assert.deepEqual([...model.keys()], ['a.weight', 'a.bias']);
        assert.deepEqual(model.get('a.weight')?.shape, [2, 3]);
        assert.equal(model.get('a.weight')?.dtype, 'float32');
        assert.deepEqual([...model.get('a.weight')!.read()], [1, 2, 3, 4, 5, 6]);
        assert.deepEqual([...model.get('a.bias')!.read()], [4, 5, 6]);
      });
    });

    it('gives the rest as plain data', () => {
      opened(bytes, (checkpoint) => {
        assert.equal(at(checkpoint, 'steps'), 70000);
        assert.equal(at(checkpoint, 'epochs'), 2 ** 40);
        const milestones = new Map([[200000, 1]]);
        assert.deepEqual(
          at(checkpoint, 'scheduler'),
          new Map<string, unknown>([
            ['milestones', milestones],
            ['lr_lambdas', [null]],
          ]),
        );
        const optimizer = at(checkpoint, 'optimizer');
        assert.ok(optimizer instanceof Map);
        const group = new Map<string, unknown>([
          ['lr', 0.25],
          ['betas', [0.5, 0.75]],
          ['amsgrad', false],
          ['params', [0]],
        ]);
        assert.deepEqual(optimizer.get('param_groups'), [group]);
        const state = optimizer.get('state');
        assert.ok(state instanceof Map);
        const first = state.get(0);
        assert.ok(first instanceof Map && isLazyTensor(first.get('exp_avg')));
        assert.equal(first.get('step'), 7);
      });
    });

    it('names the path and the keys that are there when a dict is missing', () => {
      opened(bytes, (checkpoint) => {
        const problem = (...path: string[]) => problemOf(() => checkpoint.stateDict(...path));
        assert.match(problem('model', 'generator'), /no "model\.generator".*"a\.weight" "a\.bias"/);
        assert.match(problem('modle'), /no "modle".*"model" "optimizer" "scheduler" "steps" "epochs"/);
        assert.match(problem('steps'), /"steps" is no dict/);
        assert.match(problem('steps', 'x'), /no "steps\.x".*is no dict/);
        assert.match(problem('optimizer'), /"optimizer" holds no tensors.*"state" "param_groups"/);
        assert.match(problem(), /the root holds no tensors/);
      });
    });
  });
}

describe('what is not asked for', () => {
  it('is not read: 16 GiB of optimizer state open at once', () => {
    const huge = { key: '0', type: 'FloatStorage', bytes: Buffer.alloc(0), length: 2 ** 32 };
    const root = dict({
      state: tensor(huge, { shape: [2 ** 16, 2 ** 16] }),
      model: dict({ w: tensor(weightAfter, { shape: [2] }) }),
    });
    const path = temporaryPath('sparse.pth');
    const keyed = legacyCheckpoint(root, [huge], { keys: ['0', '1'] });
    const file = openSync(path, 'w');
    writeSync(file, keyed);
    // A hole in place of the elements, then the second storage.
    const after = keyed.length + 4 * 2 ** 32;
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(2n);
    writeSync(file, Buffer.concat([count, weightAfter.bytes]), 0, 16, after);
    closeSync(file);
    const checkpoint = openCheckpoint(path);
    assert.deepEqual([...checkpoint.stateDict('model').get('w')!.read()], [0.5, -0.5]);
    const state = at(checkpoint, 'state');
    assert.ok(isLazyTensor(state));
    assert.match(
      problemOf(() => state.read()),
      /too large to read/,
    );
    checkpoint.close();
  });

  it('is not read: a file cut after it was opened fails at the tensor', () => {
    const path = temporaryPath('cut.pth');
    writeFileSync(path, written.legacy);
    const checkpoint = openCheckpoint(path);
    const file = openSync(path, 'r+');
    ftruncateSync(file, written.legacy.length - 60);
    closeSync(file);
    assert.match(
      problemOf(() => checkpoint.stateDict('model').get('a.weight')!.read()),
      /ends too early/,
    );
    checkpoint.close();
  });

  it('cannot be read once closed, and closing twice is nothing', () => {
    const checkpoint = openCheckpoint(vocoder);
    const bias = checkpoint.stateDict('model', 'generator').get('conv_post.conv1d.bias');
    checkpoint.close();
    checkpoint.close();
    assert.match(
      problemOf(() => bias!.read()),
      /closed/,
    );
  });
});

const weightAfter = floats('1', [0.5, -0.5]);

describe('what is no file', () => {
  it('is unreadable', () => {
    mkdirSync(temporaryPath('folder.pth'));
    for (const path of [temporaryPath('nowhere.pth'), temporaryPath('folder.pth'), '/dev/null']) {
      assert.throws(
        () => openCheckpoint(path),
        (error) => error instanceof LangduError && error.code === 'file_unreadable',
      );
    }
  });
});

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof LangduError, String(error));
    assert.equal(error.code, 'checkpoint_invalid');
    return String(error.params.problem);
  }
  assert.fail('nothing was thrown');
}
