import { Argument, type Command } from 'commander';
import { resolveSettings } from '../../config/settings.ts';
import { LangduError } from '../../errors.ts';
import type { ResultStore } from '../../results/store.ts';
import { addSettingOptions, attributeOf, type SettingFlags, settingSources } from '../options.ts';
import { describeEntries, describeSweep, describeUsage } from '../results-text.ts';
import { resultSettings } from '../taken-settings.ts';

interface ResultsOptions extends SettingFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** What is done with one result, by name, and with all of them. */
const single = ['hold', 'release', 'remove'];
const actions = ['list', 'usage', 'sweep', ...single];
/** Options that only some actions look at. */
const only: Readonly<Record<string, readonly string[]>> = {
  'dry-run': ['sweep'],
  'keep-hours': ['sweep'],
  'keep-bytes': ['sweep', 'usage'],
  json: ['list', 'usage', 'sweep'],
};

export function addResults(program: Command): void {
  const command = program
    .command('results')
    .description('look after finished audio, beside the servers that use it')
    .addArgument(new Argument('<action>', 'what to do').choices(actions))
    .argument('[name]', 'the result to hold, release or remove; its address will do')
    .option('--dry-run', 'of sweep: say what would go and why, and remove nothing')
    .option('--json', 'of list, usage and sweep: print as JSON');
  addSettingOptions(command, resultSettings).action(
    (action: string, name: string | undefined, options: ResultsOptions) => {
      if (single.includes(action) && name === undefined)
        return command.error(`error: ${action} needs the name of a result`);
      if (!single.includes(action) && name !== undefined) return command.error(`error: ${action} takes no name`);
      for (const [flag, users] of Object.entries(only)) {
        if (options[attributeOf(flag)] === undefined || users.includes(action)) continue;
        return command.error(`error: --${flag} is for ${users.join(' and ')}`);
      }
      return run(action, name, options);
    },
  );
}

async function run(action: string, name: string | undefined, options: ResultsOptions): Promise<void> {
  const { dryRun = false, json = false, ...flags } = options;
  const { settings } = resolveSettings(settingSources(flags));
  const [{ openResultStore }, { createLog }] = await Promise.all([
    import('../../results/open.ts'),
    import('../../log.ts'),
  ]);
  // Its own lines are for a server's log; what was done is said below.
  const store = await openResultStore(settings, createLog('warn'), { upkeep: false });
  try {
    const print = (value: unknown, text: string) =>
      process.stdout.write(json ? `${JSON.stringify(value, null, 1)}\n` : text);
    if (name !== undefined) await change(store, action, nameIn(name));
    else if (action === 'list') {
      const entries = await store.list();
      print(entries, describeEntries(entries));
    } else if (action === 'usage') {
      const usage = await store.usage();
      print(usage, describeUsage(usage, settings.keepBytes));
    } else {
      const report = await store.sweep({ dryRun });
      print({ dryRun, ...report }, describeSweep(report, dryRun));
    }
  } finally {
    await store.close();
  }
}

/** Throws `audio_not_found` or `audio_held`. */
async function change(store: ResultStore, action: string, name: string): Promise<void> {
  if (action === 'remove') {
    const outcome = await store.remove(name);
    if (outcome === 'held' || outcome === 'busy') throw new LangduError('audio_held', { name });
    if (outcome === 'missing') throw new LangduError('audio_not_found');
  } else if (!(await (action === 'hold' ? store.hold(name) : store.release(name)))) {
    throw new LangduError('audio_not_found');
  }
}

/** `<name>` of an address such as a log or an answer has it. */
function nameIn(written: string): string {
  const [path = ''] = written.split(/[?#]/);
  return path.slice(path.lastIndexOf('/') + 1);
}
