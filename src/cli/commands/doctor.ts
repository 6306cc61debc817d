import type { Command } from 'commander';
import { resolveSettings, type Settings } from '../../config/settings.ts';
import type { Finding } from '../doctor/check.ts';
import { checkFolder, checkNode, checkOpenFiles, checkPort } from '../doctor/machine.ts';
import { EXIT } from '../exit.ts';
import { addSettingOptions, type SettingFlags, settingSources } from '../options.ts';

interface DoctorOptions extends SettingFlags {
  readonly json?: boolean;
}

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('check that this machine and these settings can serve')
    .option('--json', 'print as JSON');
  addSettingOptions(command).action(examine);
}

async function examine(options: DoctorOptions): Promise<void> {
  const { settings } = resolveSettings(settingSources(options));
  const findings: Finding[] = [];
  for await (const finding of findingsOf(settings)) {
    findings.push(finding);
    if (!options.json)
      process.stdout.write(`${finding.state.padEnd(4)}  ${finding.subject.padEnd(14)}  ${finding.says}\n`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(findings, null, 1)}\n`);
  process.exitCode = findings.some(({ state }) => state === 'fail') ? EXIT.failed : EXIT.ok;
}

/** One after the other, so that each is on the screen as soon as it is known. */
async function* findingsOf(settings: Settings): AsyncGenerator<Finding> {
  yield checkNode();
  yield checkOpenFiles(settings);
  yield await checkPort(settings);
  for (const [subject, folder] of foldersOf(settings)) yield await checkFolder(subject, folder);
  const { checkKeys, checkRedis, checkResults } = await import('../doctor/services.ts');
  yield await checkResults(settings);
  if (settings.keys !== '') yield checkKeys(settings);
  const { redis } = settings as Settings & { readonly redis?: string };
  if (redis) yield await checkRedis(redis);
  const { checkVoices } = await import('../doctor/speech.ts');
  yield* await checkVoices(settings);
}

function foldersOf(settings: Settings): (readonly [subject: string, folder: string])[] {
  return [
    ...(settings.resultsDriver === 'files' ? [['output', settings.output] as const] : []),
    ...(settings.cacheDiskBytes > 0 ? [['cache', settings.cacheFolder] as const] : []),
    ...(settings.usageLog === '' ? [] : [['usage log', settings.usageLog] as const]),
  ];
}
