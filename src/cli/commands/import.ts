import { resolve, sep } from 'node:path';
import { type Command, Option } from 'commander';
import type { ImportedVoice } from '../../importer/import.ts';
import { readVoiceCard } from '../../importer/voice-card.ts';
import { commonSettings } from '../options.ts';
import { Progress } from '../progress.ts';

interface ImportCommandOptions {
  readonly voice?: string;
  readonly out?: string;
  readonly precision: 'fp32' | 'fp16' | 'int8';
  readonly int8Bound?: number;
  readonly card?: string;
  readonly json?: boolean;
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description('turn a ModelScope / KAN-TTS model into voice packages')
    .argument(
      '<dir>',
      'the model: voices/voices.json and what it names, one voice with am/ and voc/, or a package to make int8',
    )
    .option('--voice <name>', 'only this voice; with a model of one voice, the name to give it')
    .option('--out <dir>', 'folder to write packages to (default: LANGDU_VOICES, or voices/)')
    .addOption(
      new Option('--precision <p>', 'fp16 halves the package, what computes stays fp32; int8 makes the vocoder faster')
        .choices(['fp32', 'fp16', 'int8'])
        .default('fp32'),
    )
    .option('--int8-bound <dB>', 'median log-mel distance to fp32 that int8 must keep (default: 0.5)', Number)
    .option('--card <file.json>', 'what the model does not say: {"emotions", "description", "licence", "credit"}')
    .option('--json', 'print what was done as JSON')
    .action(importVoices);
}

async function importVoices(folder: string, options: ImportCommandOptions): Promise<void> {
  const { importModel } = await import('../../importer/import.ts');
  const progress = new Progress();
  const voices = importModel(folder, {
    out: options.out ?? defaultOut(),
    voice: options.voice,
    precision: options.precision,
    int8Bound: options.int8Bound,
    card: options.card === undefined ? undefined : readVoiceCard(options.card),
    onProgress: (message) => progress.update(message),
  });
  progress.done();
  if (options.json) {
    process.stdout.write(`${JSON.stringify(voices, null, 1)}\n`);
    return;
  }
  for (const voice of voices) {
    const size = (voice.bytes / 2 ** 20).toFixed(1);
    process.stdout.write(`${voice.name}: ${voice.folder} (${size} MiB), ${voice.ignored.length} keys ignored\n`);
    if (voice.int8 !== undefined) process.stdout.write(`  ${int8Line(voice.int8)}\n`);
    for (const { key, reason } of voice.ignored) process.stdout.write(`  ${key}: ${reason}\n`);
  }
}

/** What became int8, what did not, and how far that is from fp32. */
function int8Line({ bound, median, p95, stages }: NonNullable<ImportedVoice['int8']>): string {
  const count = (kind: 'int8' | 'fp32') => stages.reduce((sum, stage) => sum + stage[kind].length, 0);
  const kept = count('fp32');
  return `vocoder: ${count('int8')} convolutions in int8, ${kept} kept in fp32; ${median} dB from fp32 (p95 ${p95}), bound ${bound}`;
}

/**
 * The folder voices are read from; where that is inside an installed package, whose folder is replaced, `voices` here.
 */
function defaultOut(): string {
  const { voices } = commonSettings({});
  return voices.split(sep).includes('node_modules') ? resolve('voices') : voices;
}
