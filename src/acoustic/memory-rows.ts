import { concatenate } from '../float-arrays.ts';
import { release } from '../inference/release.ts';
import { type FloatTensor, floats } from '../inference/session.ts';
import { Scratch } from '../scratch.ts';
import type { AcousticModel } from './model.ts';

/** The rows of those that step together. */
const rowsTogether = new Scratch();

/**
 * What the decoder's steps read of one sentence's memory: a row a step, of the `memory` graph (docs/networks.md §3.4).
 * Rows are made as far as the next steps look and kept as long as they do: a row is several kilobytes, a sentence has
 * hundreds, and nobody should wait for the last of them before the first sound.
 */
export class MemoryRows {
  /** Rows of the sentence. */
  readonly count: number;
  /** `[count, inputs]` */
  private readonly memory: Float32Array;
  private readonly inputs: number;
  /** Of a row: (2·layers + 1)·units. */
  readonly width: number;
  /** Rows `first … end`, one behind the other. */
  private made: Float32Array = new Float32Array(0);
  /** Where they are kept between two turns. */
  private own = new Float32Array(0);
  private first = 0;
  private end = 0;

  constructor(memory: Float32Array, count: number, width: number) {
    this.memory = memory;
    this.count = count;
    this.inputs = memory.length / count;
    this.width = width;
  }

  /** What the rows that are missing before `end` are made of, and how many they are. `[missing, inputs]` */
  missing(end: number): { readonly inputs: Float32Array; readonly size: number } {
    const to = Math.max(this.end, end);
    return { inputs: this.memory.subarray(this.end * this.inputs, to * this.inputs), size: to - this.end };
  }

  /** How many rows it has, and the position of the first. */
  get extent(): { readonly first: number; readonly size: number } {
    return { first: this.first, size: this.end - this.first };
  }

  /**
   * Puts its rows and then these new ones at the start of `out`, and has all of them there until it forgets some.
   * Returns their length.
   */
  append(rows: Float32Array, out: Float32Array): number {
    out.set(this.made);
    out.set(rows, this.made.length);
    this.made = out.subarray(0, this.made.length + rows.length);
    this.end += rows.length / this.width;
    return this.made.length;
  }

  /** Rows before `position` will not be read again; the others are its own from here on. */
  forget(position: number): void {
    const from = Math.min(position, this.end);
    // Where they are now is everybody's.
    const kept = this.made.subarray((from - this.first) * this.width);
    if (this.own.length < kept.length) this.own = new Float32Array(kept.length);
    this.own.set(kept);
    this.made = this.own.subarray(0, kept.length);
    this.first = from;
  }
}

interface Reader {
  readonly memory: MemoryRows;
  /** The step that is next. */
  readonly step: number;
}

/**
 * The rows that the next `count` steps of these sentences look at, one sentence behind the other: `[rows, (2·layers +
 * 1)·units]`. `offsets` are added to a sentence's position to find its row. What is missing is made in one product; a
 * row is the same whatever it is made with. The rows are there until the next call, before which each sentence must
 * forget what it has seen.
 */
export function joinRows(
  model: AcousticModel,
  lanes: readonly Reader[],
  count: number,
): { readonly rows: FloatTensor; readonly offsets: readonly number[] } {
  const { width } = lanes[0]!.memory;
  const missing = lanes.map(({ memory, step }) => memory.missing(Math.min(memory.count, step + count)));
  const made = makeRows(
    model,
    missing.map(({ inputs }) => inputs),
    missing.reduce((sum, { size }) => sum + size, 0),
  );
  const kept = lanes.reduce((sum, { memory }) => sum + memory.extent.size, 0);
  const rows = rowsTogether.take(kept * width + made.length);
  const offsets: number[] = [];
  let filled = 0;
  let taken = 0;
  lanes.forEach(({ memory }, index) => {
    const own = missing[index]!.size * width;
    offsets.push(filled / width - memory.extent.first);
    filled += memory.append(made.subarray(taken, taken + own), rows.subarray(filled));
    taken += own;
  });
  release(made);
  return { rows: floats(rows, [rows.length / width, width]), offsets };
}

/** The memory graph over all that is missing, `size` rows. */
function makeRows(model: AcousticModel, missing: readonly Float32Array[], size: number): Float32Array {
  if (size === 0) return new Float32Array(0);
  const memory = concatenate(missing);
  return model.memory.run({ memory: floats(memory, [size, memory.length / size]) }, ['rows']).rows!.data;
}
