import { extname } from 'node:path';
import { type Command, Option } from 'commander';
import { type FormatName, formatNames, formats, sampleRates } from '../../audio/formats.ts';
import { LangduError } from '../../errors.ts';
import type { SpeechChunk } from '../../speech.ts';
import { terminalLanguage } from '../exit.ts';
import { commonSettings, locateVoice, numberOption, type VoicesOption, voicesOption } from '../options.ts';
import { Progress } from '../progress.ts';
import { FileSink, PipeSink } from '../sink.ts';
import { addVoicingOptions, requestOf, type VoicingOptions } from '../voicing.ts';

interface SayOptions extends VoicesOption, VoicingOptions {
  readonly format?: FormatName;
  readonly sampleRate?: string;
  readonly volume?: number;
  readonly out?: string;
}

export function addSay(program: Command): void {
  const command = program
    .command('say')
    .description('speak a text to a file, or to stdout when it is piped')
    .argument('<text>', 'the text, or - for standard input')
    .option('--voice <name>', "a voice's name, or the folder of its package");
  addVoicingOptions(command)
    .addOption(numberOption('--volume <n>', 'gain', 'volume'))
    .addOption(new Option('--format <name>', 'of the audio; what --out ends in, else wav').choices(formatNames))
    .addOption(
      new Option('--sample-rate <hz>', "of the audio; the voice's own where the format has it").choices(
        sampleRates.map(String),
      ),
    )
    .option('--out <file>', 'where to write; without it stdout, when that is no terminal')
    .addOption(voicesOption())
    .action(say);
}

async function say(argument: string, options: SayOptions): Promise<void> {
  const settings = commonSettings(options);
  if (options.out === undefined && process.stdout.isTTY) {
    throw new LangduError('request_invalid', { problem: 'give --out file.wav, or pipe the audio somewhere' });
  }
  const text = argument === '-' ? await readStandardInput() : argument;
  const [{ LocalSpeaker }, { writeSpeech }] = await Promise.all([
    import('../../local-speaker.ts'),
    import('../../audio/write-speech.ts'),
  ]);
  const place = locateVoice(settings, options);
  const speaker = new LocalSpeaker(place.folder, place.name);
  const sink = options.out === undefined || options.out === '-' ? new PipeSink() : new FileSink(options.out);
  const progress = new Progress();
  const output = {
    format: options.format ?? formatOf(options.out),
    sampleRate: options.sampleRate === undefined ? undefined : Number(options.sampleRate),
    volume: options.volume,
  };
  let head: Uint8Array | undefined;
  try {
    for await (const piece of writeSpeech(speaker.speak(requestOf(text, options)), output)) {
      if (piece.bytes.length > 0) await sink.write(piece.bytes);
      head = piece.head;
      if (piece.chunk === undefined) continue;
      reportSkipped(piece.chunk);
      const share = Math.floor((100 * piece.chunk.sentence.end) / text.length);
      progress.update(`${share}% · ${piece.file.seconds.toFixed(1)} s of speech in ${progress.seconds.toFixed(1)} s`);
    }
    progress.done();
    sink.finish(head);
  } catch (error) {
    progress.done();
    sink.abandon();
    throw error;
  } finally {
    await speaker.close();
  }
}

/** The format that a file's name asks for; WAV where it asks for none. */
function formatOf(path: string | undefined): FormatName {
  const extension = path === undefined ? '' : extname(path).toLowerCase();
  return formatNames.find((name) => `.${formats[name].extension}` === extension) ?? 'wav';
}

function reportSkipped(chunk: SpeechChunk): void {
  if (chunk.warnings.length === 0) return;
  const characters = [...new Set(chunk.warnings.map((warning) => warning.text))].join(' ');
  const said = { zh: '以下字符无法朗读，已跳过', en: 'not spoken, unknown characters' }[terminalLanguage()];
  process.stderr.write(`langdu: ${said}: ${characters}\n`);
}

async function readStandardInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch (error) {
    throw new LangduError('request_invalid', { problem: 'standard input is not UTF-8' }, error);
  }
}
