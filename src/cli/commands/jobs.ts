import { type Command, InvalidArgumentError, Option } from 'commander';
import { resolveSettings } from '../../config/settings.ts';
import { LangduError } from '../../errors.ts';
import { type Job, type JobState, jobStates } from '../../jobs/job.ts';
import { addSettingOptions, type SettingFlags, settingSources } from '../options.ts';
import { lookSettings } from '../taken-settings.ts';

interface JobsOptions extends SettingFlags {
  readonly state?: JobState;
  readonly caller?: string;
  readonly limit: number;
  readonly cancel?: string;
  readonly json?: boolean;
}

export function addJobs(program: Command): void {
  const command = program
    .command('jobs')
    .description('list jobs of all callers, or cancel one')
    .addOption(new Option('--state <state>', 'only these').choices(jobStates))
    .option('--caller <name>', 'only those of this key or address')
    .addOption(new Option('--limit <count>', 'how many at most').argParser(countOf).default(20))
    .addOption(new Option('--cancel <task>', 'cancel this one instead').conflicts(['state', 'caller', 'limit']))
    .option('--json', 'print as JSON, with texts left out');
  addSettingOptions(command, lookSettings).action(run);
}

function countOf(text: string): number {
  const count = Number(text);
  if (!(Number.isInteger(count) && count >= 1)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return count;
}

async function run(options: JobsOptions): Promise<void> {
  const { state, caller, limit, cancel: task, json, ...flags } = options;
  const { settings } = resolveSettings(settingSources(flags));
  const [{ openDriver }, { cancel }] = await Promise.all([
    import('../../jobs/open.ts'),
    import('../../jobs/transitions.ts'),
  ]);
  const driver = await openDriver(settings);
  try {
    if (task !== undefined) {
      const job = (await driver.update(task, (one) => cancel(one, Date.now()), true)) ?? (await driver.get(task));
      if (job === undefined) throw new LangduError('job_not_found');
      print([job], json);
      return;
    }
    print(await driver.list({ state, caller, limit }), json);
    if (json) return;
    const { states, queueSeconds } = await driver.counts();
    const counts = jobStates.map((each) => `${states[each]} ${each}`).join(', ');
    process.stdout.write(`${counts}; the oldest waits ${queueSeconds.toFixed(1)} s\n`);
  } finally {
    await driver.close();
  }
}

function print(jobs: readonly Job[], json: boolean | undefined): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(jobs, null, 1)}\n`);
    return;
  }
  for (const job of jobs) {
    const { sentences, seconds } = job.progress;
    const done = `${sentences}/${job.total ?? '?'} sentences, ${seconds.toFixed(1)} s`;
    const why = job.error === undefined ? '' : `  ${job.error.code}`;
    const at = new Date(job.createdAt).toISOString();
    process.stdout.write(`${job.id}  ${at}  ${job.state.padEnd(9)}  ${job.caller}  ${done}${why}\n`);
  }
}
