import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/paths.ts';

/** The command, compiled. */
export const main: string = join(packageRoot, '.build', 'src', 'cli', 'main.js');

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** `langdu <arguments>` as a process of its own, in English unless `env` says otherwise. */
export async function langdu(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = start(args, options);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout!.on('data', (part: Buffer) => stdout.push(part));
  child.stderr!.on('data', (part: Buffer) => stderr.push(part));
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(options.input ?? '');
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

export function start(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const { LANGDU_VOICES: _, LANGDU_VOICE: __, LC_ALL: ___, LC_MESSAGES: ____, ...inherited } = process.env;
  const spawned: SpawnOptions = {
    cwd: options.cwd ?? packageRoot,
    env: { ...inherited, LANG: 'C', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  };
  return spawn(process.execPath, [main, ...args], spawned);
}

export interface Wav {
  readonly sampleRate: number;
  /** What the header says of the data's length, in bytes. */
  readonly claimed: number;
  readonly samples: Int16Array;
}

/** A mono 16-bit WAV with a header of 44 bytes. */
export function readWav(bytes: Buffer): Wav {
  const text = (from: number, to: number) => bytes.toString('latin1', from, to);
  if (text(0, 4) !== 'RIFF' || text(8, 16) !== 'WAVEfmt ' || text(36, 40) !== 'data')
    throw new Error('not a WAV of ours');
  if (bytes.readUInt16LE(20) !== 1 || bytes.readUInt16LE(22) !== 1 || bytes.readUInt16LE(34) !== 16) {
    throw new Error('not mono 16-bit PCM');
  }
  const count = Math.floor((bytes.length - 44) / 2);
  return {
    sampleRate: bytes.readUInt32LE(24),
    claimed: bytes.readUInt32LE(40),
    samples: Int16Array.from({ length: count }, (_, index) => bytes.readInt16LE(44 + 2 * index)),
  };
}
