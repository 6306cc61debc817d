import type { Command } from 'commander';
import { type ResolvedSettings, resolveSettings, type Settings } from '../../config/settings.ts';
import type { Finding } from '../doctor/check.ts';
import { checkFolder, checkNode, checkOpenFiles, checkPort, checkShares } from '../doctor/machine.ts';
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
  const resolved = resolveSettings(settingSources(options));
  const findings: Finding[] = [];
  for await (const finding of findingsOf(resolved)) {
    findings.push(finding);
    if (!options.json)
      process.stdout.write(`${finding.state.padEnd(4)}  ${finding.subject.padEnd(14)}  ${finding.says}\n`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(findings, null, 1)}\n`);
  process.exitCode = findings.some(({ state }) => state === 'fail') ? EXIT.failed : EXIT.ok;
}

/** One after the other, so that each is on the screen as soon as it is known. */
async function* findingsOf(resolved: ResolvedSettings): AsyncGenerator<Finding> {
  const { settings } = resolved;
  yield checkNode();
  yield checkOpenFiles(settings);
  yield await checkPort(settings);
  if (settings.processes > 1) yield checkShares(resolved);
  for (const [subject, folder] of foldersOf(settings)) yield await checkFolder(subject, folder);
  const { checkKeys, checkPolicy, checkRedis, checkResults } = await import('../doctor/services.ts');
  yield await checkResults(settings);
  if (settings.keys !== '') yield checkKeys(settings);
  if (settings.redis !== '') yield await checkRedis(settings.redis);
  if (settings.policyLists.length > 0 || settings.policyHook !== '') yield await checkPolicy(settings);
  const { checkLexicon, checkVoices } = await import('../doctor/speech.ts');
  if (settings.lexicon !== '') yield checkLexicon(settings.lexicon);
  yield* await checkVoices(settings);
}

function foldersOf(settings: Settings): (readonly [subject: string, folder: string])[] {
  return [
    ...(settings.resultsDriver === 'files' ? [['output', settings.output] as const] : []),
    ['jobs', settings.jobs],
    ...(settings.cacheDiskBytes > 0 ? [['cache', settings.cacheFolder] as const] : []),
    ...(settings.usageLog === '' ? [] : [['usage log', settings.usageLog] as const]),
  ];
}
