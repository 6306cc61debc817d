import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { LangduError } from '../../errors.ts';
import { decodeNpy, encodeNpy } from '../../npy.ts';
import type { Trace } from '../../voice/trace.ts';
import { commonSettings, locateVoice, type VoicesOption, voicesOption } from '../options.ts';
import { readFile } from '../read-file.ts';

interface TraceOptions extends VoicesOption {
  readonly voice?: string;
  readonly symbols: string;
  readonly out: string;
  readonly excitation?: string;
}

export function addTrace(program: Command): void {
  program
    .command('trace')
    .description('run a symbol line and write every intermediate as .npy, to compare with the reference')
    .option('--voice <name>', "a voice's name, or the folder of its package")
    .requiredOption(
      '--symbols <line|file>',
      'tokens {sy$tone$syllable_flag$word_segment$emotion$speaker} with spaces between',
    )
    .requiredOption('--out <dir>', 'folder for ids, text_hidden, duration, …, mel, wav')
    .option('--excitation <file.npy>', 'excitation of an NSF voice, in place of the drawn one')
    .addOption(voicesOption())
    .action(run);
}

async function run(options: TraceOptions): Promise<void> {
  const [{ openVoice }, { findVoice }, { parseTokens }, { trace }] = await Promise.all([
    import('../../voice/open.ts'),
    import('../../voice/registry.ts'),
    import('../../voice/symbol-ids.ts'),
    import('../../voice/trace.ts'),
  ]);
  const place = locateVoice(commonSettings(options), options);
  const { folder, manifest } = findVoice(place.folder, place.name);
  const tokens = parseTokens(manifest, readLine(options.symbols));
  const excitation =
    options.excitation === undefined ? undefined : decodeNpy(readFile(options.excitation), options.excitation).data;
  const voice = openVoice(folder, manifest);
  try {
    if (excitation !== undefined && manifest.vocoder.source === undefined) {
      throw new LangduError('request_invalid', {
        problem: `--excitation: voice ${manifest.name} has no source (not NSF)`,
      });
    }
    const arrays = trace(voice, tokens, excitation);
    write(options.out, arrays);
  } finally {
    voice.close();
  }
}

function write(folder: string, arrays: Trace): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, array] of Object.entries(arrays)) writeFileSync(join(folder, `${name}.npy`), encodeNpy(array));
  } catch (error) {
    throw new LangduError('file_unwritable', { path: folder }, error);
  }
  for (const [name, { shape }] of Object.entries(arrays)) process.stdout.write(`${name} [${shape.join(', ')}]\n`);
}

/** The line itself, or the first line of a file, with or without a leading `id<TAB>`. */
function readLine(symbols: string): string {
  if (symbols.trimStart().startsWith('{')) return symbols;
  const line = readFile(symbols).toString('utf8').split(/\r?\n/, 1)[0]!;
  return line.slice(line.indexOf('\t') + 1);
}
