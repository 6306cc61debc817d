import { once } from 'node:events';
import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import type { Command } from 'commander';
import { WavEncoder } from '../../audio/wav.ts';
import { LangduError } from '../../errors.ts';
import type { SpeechChunk } from '../../speech.ts';
import { terminalLanguage } from '../exit.ts';
import { commonSettings, locateVoice, numberOption, type VoicesOption, voicesOption } from '../options.ts';
import { Progress } from '../progress.ts';

interface SayOptions extends VoicesOption {
  readonly voice?: string;
  readonly speaker?: string;
  readonly emotion?: string;
  readonly intensity?: number;
  readonly rate?: number;
  readonly pitch?: number;
  readonly volume?: number;
  readonly seed?: number;
  readonly out?: string;
}

export function addSay(program: Command): void {
  program
    .command('say')
    .description('speak a text to a WAV file, or to stdout when it is piped')
    .argument('<text>', 'the text, or - for standard input')
    .option('--voice <name>', "a voice's name, or the folder of its package")
    .option('--speaker <name>', "one of the voice's speakers")
    .option('--emotion <category>', "one of the voice's emotions (langdu voices lists them)")
    .addOption(numberOption('--intensity <n>', 'how much of the emotion', 'intensity'))
    .addOption(numberOption('--rate <n>', 'speaking rate', 'rate'))
    .addOption(numberOption('--pitch <n>', 'pitch factor', 'pitch'))
    .addOption(numberOption('--volume <n>', 'gain', 'volume'))
    .addOption(numberOption('--seed <n>', 'seed of the noise', 'seed'))
    .option('--out <file.wav>', 'where to write; without it stdout, when that is no terminal')
    .addOption(voicesOption())
    .action(say);
}

async function say(argument: string, options: SayOptions): Promise<void> {
  const settings = commonSettings(options);
  if (options.out === undefined && process.stdout.isTTY) {
    throw new LangduError('request_invalid', { problem: 'give --out file.wav, or pipe the audio somewhere' });
  }
  const text = argument === '-' ? await readStandardInput() : argument;
  const { LocalSpeaker } = await import('../../local-speaker.ts');
  const place = locateVoice(settings.voices, options.voice ?? (settings.voice || undefined));
  const speaker = new LocalSpeaker(place.folder, place.name);
  const { emotion, intensity, rate, pitch, volume, seed } = options;
  const request = { text, speaker: options.speaker, emotion, intensity, rate, pitch, volume, seed };
  const sink = options.out === undefined || options.out === '-' ? new PipeSink() : new FileSink(options.out);
  const progress = new Progress();
  let encoder: WavEncoder | undefined;
  try {
    for await (const chunk of speaker.speak(request)) {
      encoder ??= await begin(chunk, sink);
      await sink.write(encoder.encode(chunk.samples));
      reportSkipped(chunk);
      const share = Math.floor((100 * chunk.sentence.end) / text.length);
      progress.update(`${share}% · ${encoder.seconds.toFixed(1)} s of speech in ${progress.seconds.toFixed(1)} s`);
    }
    progress.done();
    sink.finish(encoder?.header());
  } catch (error) {
    progress.done();
    sink.abandon();
    throw error;
  } finally {
    await speaker.close();
  }
}

async function begin(chunk: SpeechChunk, sink: Sink): Promise<WavEncoder> {
  const encoder = new WavEncoder(chunk.sampleRate);
  await sink.write(encoder.start());
  return encoder;
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

interface Sink {
  write(bytes: Uint8Array): Promise<void> | void;
  /** `header` knows the length by now. */
  finish(header: Uint8Array | undefined): void;
  abandon(): void;
}

/** stdout, at the reader's pace. Its header cannot be mended, so it says "until the stream ends". */
class PipeSink implements Sink {
  async write(bytes: Uint8Array): Promise<void> {
    if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
  }

  finish(): void {}

  abandon(): void {}
}

/**
 * A file that is there when it is complete: until then it is written beside its place, so that neither a refused request
 * nor an interrupted one destroys what stood there. A device or a pipe is written as it is.
 */
class FileSink implements Sink {
  private readonly path: string;
  private readonly draft: string;
  private file: number | undefined;

  constructor(path: string) {
    this.path = path;
    const plain = statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
    this.draft = plain ? `${path}.part` : path;
  }

  write(bytes: Uint8Array): void {
    this.writing(() => {
      this.file ??= openSync(this.draft, 'w');
      writeSync(this.file, bytes);
    });
  }

  finish(header: Uint8Array | undefined): void {
    const { file } = this;
    if (file === undefined) return;
    this.writing(() => {
      if (this.draft !== this.path && header !== undefined) writeSync(file, header, 0, header.length, 0);
      closeSync(file);
      if (this.draft !== this.path) renameSync(this.draft, this.path);
    });
  }

  abandon(): void {
    if (this.file === undefined) return;
    closeSync(this.file);
    if (this.draft !== this.path) rmSync(this.draft, { force: true });
  }

  private writing(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new LangduError('file_unwritable', { path: this.path }, error);
    }
  }
}
