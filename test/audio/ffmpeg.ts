import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDebianPackage } from '../install.ts';

ensureDebianPackage('ffmpeg', '/usr/bin/ffmpeg');

const LARGEST = 256 * 1024 * 1024;

/** What ffmpeg hears in a stream that it cannot seek in. Anything it complains of is an error. */
export function decodeStream(bytes: Uint8Array, input: readonly string[] = []): Float32Array {
  return floats(run([...input, '-i', 'pipe:0', '-f', 'f32le', '-'], bytes));
}

/** What ffmpeg hears in a file. */
export function decodeFile(bytes: Uint8Array, extension: string): Float32Array {
  return withFile(bytes, extension, (file) => floats(run(['-i', file, '-f', 'f32le', '-'])));
}

export interface Probe {
  readonly codec_name: string;
  readonly sample_rate: string;
  readonly channels: number;
  readonly duration?: string;
}

/** What ffprobe says of a file's one stream. */
export function probe(bytes: Uint8Array, extension: string): Probe {
  return withFile(bytes, extension, (file) => {
    const json = execFileSync('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', file], { encoding: 'utf8' });
    const { streams } = JSON.parse(json) as { streams: Probe[] };
    if (streams.length !== 1) throw new Error(`${streams.length} streams`);
    return streams[0]!;
  });
}

/** Integrated loudness as ffmpeg's ebur128 measures it, in LUFS. */
export function loudness(bytes: Uint8Array, extension: string): number {
  return withFile(bytes, extension, (file) => {
    const arguments_ = ['-hide_banner', '-nostats', '-i', file, '-filter_complex', 'ebur128=framelog=verbose'];
    const { stderr } = spawnSync('ffmpeg', [...arguments_, '-f', 'null', '-'], { encoding: 'utf8' });
    const summaries = [...stderr.matchAll(/Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/g)];
    return Number(summaries.at(-1)![1]);
  });
}

function run(arguments_: readonly string[], input?: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync('ffmpeg', ['-hide_banner', '-v', 'error', ...arguments_], {
    input,
    maxBuffer: LARGEST,
  });
  const said = stderr.toString();
  if (status !== 0 || said !== '') throw new Error(`ffmpeg: ${said}`);
  return stdout;
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function withFile<T>(bytes: Uint8Array, extension: string, use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-audio-'));
  try {
    const file = join(folder, `speech.${extension}`);
    writeFileSync(file, bytes);
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
