import type { Command } from 'commander';
import { reportError } from '../exit.ts';
import { commonSettings, type VoicesOption, voicesOption } from '../options.ts';

interface VoicesCommandOptions extends VoicesOption {
  readonly json?: boolean;
}

export function addVoices(program: Command): void {
  program
    .command('voices')
    .description('list the voices, with their speakers, emotions and controls')
    .option('--json', 'print as JSON')
    .addOption(voicesOption())
    .action(list);
}

async function list(options: VoicesCommandOptions): Promise<void> {
  const [{ listVoices }, { summarise }] = await Promise.all([
    import('../../voice/registry.ts'),
    import('../../voice/summary.ts'),
  ]);
  const { voices: folder } = commonSettings(options);
  const voices = listVoices(folder, reportError).map((voice) => summarise(voice.manifest));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(voices, null, 1)}\n`);
    return;
  }
  if (voices.length === 0) process.stderr.write(`langdu: no voices in ${folder}; langdu import makes them\n`);
  for (const voice of voices) {
    process.stdout.write(`${voice.name}  ${voice.language}, ${voice.sampleRate} Hz\n`);
    for (const [label, names] of [
      ['speakers', voice.speakers],
      ['emotions', voice.emotions],
      ['controls', voice.controls],
    ] as const) {
      process.stdout.write(`  ${label}: ${names.join(', ')}\n`);
    }
    if (voice.description !== '') process.stdout.write(`  ${voice.description}\n`);
    if (voice.licence !== '') process.stdout.write(`  licence: ${voice.licence}\n`);
    if (voice.credit !== '') process.stdout.write(`  credit: ${voice.credit}\n`);
  }
}
