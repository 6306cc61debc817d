import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../config/paths.ts';

/** A table of `data/`: the fields of each line, split on tabs. Lines that begin with `# ` are comments. */
export function readTable(name: string): string[][] {
  return lines(name).map((line) => line.split('\t'));
}

/** A word list of `data/`: words separated by spaces or lines. */
export function readWords(name: string): string[] {
  return lines(name).flatMap((line) => line.trim().split(/\s+/));
}

/** A file of `data/`, whole. */
export function readText(name: string): string {
  return readFileSync(join(packageRoot, 'data', name), 'utf8');
}

/** A file of `data/` for `firstLineOf`: what its first line, a comment, says, and its other lines, which are sorted. */
export function readSorted(name: string): { readonly about: string; readonly lines: string } {
  const text = readText(name);
  const end = text.indexOf('\n') + 1;
  return { about: text.slice(0, end), lines: text.slice(end) };
}

/** A binary file of `data/`. */
export function readBytes(name: string): Buffer {
  return readFileSync(join(packageRoot, 'data', name));
}

function lines(name: string): string[] {
  return readText(name)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('# '));
}
