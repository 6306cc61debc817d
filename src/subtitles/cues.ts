import type { TimedSpan } from '../speech.ts';
import type { SpokenSentence } from './timeline.ts';
import { type Unit, unitsOf } from './units.ts';

/**
 * What is on the screen at a time. Cues are in order and do not overlap; `start` and `end` are of the text as written.
 */
export interface Cue extends TimedSpan {
  readonly lines: readonly string[];
}

export interface CueOptions {
  /** Width of a line in columns, two a Han character: 32 when absent. */
  readonly columns?: number;
  /** Lines on the screen: 2 when absent. */
  readonly lines?: number;
}

/** What can be read at a glance, and what flashes by, in seconds. */
const LONGEST = 7;
const SHORTEST = 1;
/** How long a cue stays when nothing follows, for slow readers. */
const LINGER = 0.3;
/** A pause longer than this clears the screen. */
const CLEARING_PAUSE = 1;

interface Group {
  readonly units: readonly Unit[];
  /** The sentence's end: nothing lingers beyond it. */
  readonly until: number;
}

/** Subtitles of a text that was spoken. Linear in the length of the text. */
export function cuesOf(text: string, sentences: Iterable<SpokenSentence>, options: CueOptions = {}): Cue[] {
  const maker = new CueMaker(text, options);
  const cues: Cue[] = [];
  for (const sentence of sentences) cues.push(...maker.add(sentence));
  return [...cues, ...maker.end()];
}

/** Subtitles as the sentences come, in order: a cue is known when the next begins. */
export class CueMaker {
  readonly #text: string;
  readonly #line: number;
  readonly #most: number;
  #last: Group | undefined;

  constructor(text: string, options: CueOptions = {}) {
    this.#text = text;
    this.#line = options.columns ?? 32;
    this.#most = this.#line * (options.lines ?? 2);
  }

  *add(sentence: SpokenSentence): Generator<Cue> {
    const [text, line] = [this.#text, this.#line];
    for (const units of divide(unitsOf(text, sentence, line), line, this.#most)) {
      const group = { units, until: sentence.to };
      const before = this.#last;
      if (before !== undefined && joins(text, before, group, line)) {
        this.#last = { units: [...before.units, ...units], until: sentence.to };
      } else {
        if (before !== undefined) yield cueOf(text, before, units[0]?.from, line);
        this.#last = group;
      }
    }
  }

  *end(): Generator<Cue> {
    if (this.#last !== undefined) yield cueOf(this.#text, this.#last, undefined, this.#line);
    this.#last = undefined;
  }
}

/**
 * The cheapest way to divide a sentence into cues no wider than `most`: few cues, ending where one stops reading, none
 * a flash and none too long.
 */
function divide(units: readonly Unit[], line: number, most: number): Unit[][] {
  const best: { cost: number; from: number }[] = [{ cost: 0, from: 0 }];
  for (let end = 1; end <= units.length; end += 1) {
    let found = { cost: Number.POSITIVE_INFINITY, from: end - 1 };
    let width = 0;
    for (let from = end - 1; from >= 0; from -= 1) {
      width += units[from]!.width;
      if (width > most && from < end - 1) break;
      const cost = best[from]!.cost + costOf(units.slice(from, end), width, line, end === units.length);
      if (cost < found.cost) found = { cost, from };
    }
    best.push(found);
  }
  const cues: Unit[][] = [];
  for (let end = units.length; end > 0; end = best[end]!.from) cues.unshift(units.slice(best[end]!.from, end));
  return cues;
}

function costOf(units: readonly Unit[], width: number, line: number, atEnd: boolean): number {
  const { stop, to } = units.at(-1)!;
  const ending = atEnd || stop >= 2 ? 0 : stop === 1 ? 1 : 4;
  // A second line costs as much to read as another cue, nearly.
  const size = width > line ? 0.8 : width < line / 4 ? 1 : 0;
  return 1 + ending + size + (to - units[0]!.from > LONGEST ? 6 : 0);
}

/** Whether two cues are better one: a short one with its neighbour, on one line, in one paragraph. */
function joins(text: string, before: Group, after: Group, line: number): boolean {
  const first = before.units[0]!;
  const last = after.units.at(-1)!;
  const end = before.units.at(-1)!;
  const begin = after.units[0]!;
  const short = Math.min(end.to - first.from, last.to - begin.from) < SHORTEST;
  const close = begin.from - end.to < CLEARING_PAUSE && last.to - first.from < LONGEST;
  const width = [...before.units, ...after.units].reduce((sum, unit) => sum + unit.width, 0);
  return short && close && width <= line && !text.slice(end.start, begin.start + 1).includes('\n');
}

function cueOf(text: string, { units, until }: Group, next: number | undefined, line: number): Cue {
  const first = units[0]!;
  const last = units.at(-1)!;
  const wanted = Math.max(last.to + LINGER, first.from + SHORTEST);
  const to = Math.min(wanted, next ?? Math.max(until, last.to));
  return {
    start: first.start,
    end: last.end,
    from: first.from,
    to: Math.max(to, last.to),
    lines: linesOf(text, units, line),
  };
}

/** One line when it fits, else two of about the same width, broken where one would stop, if that is near. */
function linesOf(text: string, units: readonly Unit[], line: number): string[] {
  const written = (from: number, to: number) =>
    text
      .slice(units[from]!.start, units[to - 1]!.end)
      .replace(/\s+/g, ' ')
      .trim();
  const total = units.reduce((sum, unit) => sum + unit.width, 0);
  if (total <= line || units.length === 1) return [written(0, units.length)];
  let best = { cost: Number.POSITIVE_INFINITY, at: 1 };
  let width = 0;
  for (let at = 1; at < units.length; at += 1) {
    width += units[at - 1]!.width;
    const over = Math.max(0, width - line) + Math.max(0, total - width - line);
    const cost = Math.abs(total - 2 * width) - 8 * units[at - 1]!.stop + 100 * over;
    if (cost < best.cost) best = { cost, at };
  }
  return [written(0, best.at), written(best.at, units.length)];
}
