import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { packageRoot } from '../src/config/paths.ts';
import { importModel } from '../src/importer/import.ts';
import { decodeNpy } from '../src/npy.ts';
import { openVoice, type Voice } from '../src/voice/open.ts';

/** What the public implementation computes for our golden voices: test/golden, see its README. */

export const goldenVoices = ['tiny', 'tiny-nsf', 'tan'] as const;
export type GoldenVoice = (typeof goldenVoices)[number];

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface GoldenItem {
  readonly id: string;
  /** The symbol line. */
  readonly symbols: string;
  readonly frames: number;
  readonly samples: number;
}

export function goldenFolder(voice: GoldenVoice): string {
  return join(packageRoot, 'test', 'golden', voice);
}

export function goldenItems(voice: GoldenVoice): GoldenItem[] {
  const path = join(goldenFolder(voice), 'golden', 'manifest.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { items: GoldenItem[] }).items;
}

export function goldenItem(voice: GoldenVoice, id: string): GoldenItem {
  const item = goldenItems(voice).find((each) => each.id === id);
  if (item === undefined) throw new Error(`${voice} has no golden item ${id}`);
  return item;
}

/** The arrays of one item by name. */
export function goldenArrays(voice: GoldenVoice, id: string): Map<string, NpyArray> {
  return readNpz(join(goldenFolder(voice), 'golden', `${id}.npz`));
}

/** A zip of `.npy` files, by its central directory; ours have no zip64. */
function readNpz(path: string): Map<string, NpyArray> {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const count = zip.readUInt16LE(end + 10);
  const arrays = new Map<string, NpyArray>();
  let at = zip.readUInt32LE(end + 16);
  for (let entry = 0; entry < count; entry += 1) {
    const method = zip.readUInt16LE(at + 10);
    const packed = zip.readUInt32LE(at + 20);
    const nameLength = zip.readUInt16LE(at + 28);
    const header = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const bytes = zip.subarray(start, start + packed);
    arrays.set(name.replace(/\.npy$/, ''), decodeNpy(method === 0 ? bytes : inflateRawSync(bytes), name));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return arrays;
}

/** A folder that is gone when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Imports golden voices into a temporary folder, once for a test file. */
export function importGolden(voices: readonly GoldenVoice[], precision: 'fp32' | 'fp16' = 'fp32'): string {
  const out = temporaryFolder();
  for (const voice of voices) importModel(goldenFolder(voice), { out, precision });
  return out;
}

/** Opens a package for the length of the test file. */
export function openedVoice(folder: string): Voice {
  const voice = openVoice(folder);
  after(() => voice.close());
  return voice;
}

/** The shipped voice. */
export const shippedVoices: string = join(packageRoot, 'voices');

/** max |a − b|; infinite when the lengths differ or anything is not a number. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
