import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { schema } from '../../src/config/settings.ts';
import { langdu } from './run.ts';

/** Commands that read some settings and not all, with arguments they would run with. */
const partial: Readonly<Record<string, readonly string[]>> = {
  worker: [],
  warm: ['phrases.txt'],
  jobs: [],
  results: ['sweep'],
};

const help = async (command: string) => (await langdu([command, '--help'])).stdout.toString();

suite('what would change nothing is refused', () => {
  for (const [command, args] of Object.entries(partial)) {
    test(`langdu ${command} takes the settings it reads, and names them when it is given another`, async () => {
      const shown = await help(command);
      const flags = Object.values(schema).map(({ flag }) => flag);
      const taken = flags.filter((flag) => shown.includes(`--${flag} <value>`));
      const others = flags.filter((flag) => !taken.includes(flag));
      assert.ok(taken.length >= 3 && others.includes('processes') && others.includes('trust-proxy'), `${taken}`);
      // One process each is slow: a few of them, and those that once were ignored.
      for (const flag of ['processes', 'trust-proxy', ...others.filter((_, index) => index % 8 === 0)]) {
        const { code, stderr, stdout } = await langdu([command, ...args, `--${flag}`, '2']);
        assert.deepEqual([code, stdout.length], [2, 0], `--${flag}`);
        assert.ok(stderr.includes(`--${flag}`) && stderr.includes(`langdu ${command} has no use for it`), stderr);
        for (const valid of taken) assert.ok(stderr.includes(`--${valid}`), `--${valid} is not named: ${stderr}`);
      }
    });
  }

  test('the settings of other commands may stand in the environment', async () => {
    const { code } = await langdu(['jobs', '--limit', '1'], {
      env: { LANGDU_PROCESSES: '2', LANGDU_JOBS: '/tmp/langdu-none' },
    });
    assert.equal(code, 0);
  });

  for (const [args, code, says] of [
    [['jobs', '--limit', 'many'], 2, /whole number from 1/],
    [['jobs', '--limit', '0'], 2, /whole number from 1/],
    [['jobs', '--cancel', 'x', '--state', 'queued'], 2, /--cancel.* cannot be used with .*--state/],
    [['jobs', '--cancel', 'x', '--limit', '3'], 2, /--cancel.* cannot be used with .*--limit/],
    [['results', 'hold', 'x.wav', '--json'], 2, /--json is for list and usage and sweep/],
    [['results', 'list', '--keep-bytes', '1'], 2, /--keep-bytes is for sweep and usage/],
    [['results', 'usage', '--keep-hours', '1'], 2, /--keep-hours is for sweep/],
    [['config', '--reference', '--port', '1'], 2, /--reference.* cannot be used with .*--port/],
    [['config', '--reference', '--json'], 2, /--reference.* cannot be used with .*--json/],
    [['explain', '好', '--voices', 'voices'], 3, /--voices goes with --voice/],
    [['say', '好', '--voice', 'voices/tan', '--voices', 'voices', '--out', '/tmp/none.wav'], 3, /--voices goes with/],
    [['import', 'test/golden/tan', '--int8-bound', '1'], 3, /--int8-bound goes with --precision int8/],
  ] as const) {
    test(`langdu ${args.join(' ')}`, async () => {
      const ran = await langdu(args);
      assert.equal(ran.code, code, ran.stderr);
      assert.match(ran.stderr, says);
      assert.equal(ran.stdout.length, 0);
    });
  }
});
