import { LRUCache } from 'lru-cache';
import type { Analysed } from '../text/analyse.ts';
import type { Reading } from '../workers/protocol.ts';

/** Longer texts are not remembered, in characters: they are seldom said again. */
const LONGEST = 1_000;
/** Of all texts that are remembered, in characters. */
const MOST_CHARACTERS = 50_000;

type Sentences = AsyncIterable<Analysed> | Iterable<Analysed>;

/**
 * How short texts are read, kept from the second reading on: most texts are said but once, and of those it is only
 * known that they were read.
 */
export class Readings {
  private readonly reader: (reading: Reading) => AsyncIterable<Analysed>;
  private readonly once = bounded<true>();
  private readonly known = bounded<readonly Analysed[]>();

  /** @param reader reads a text that is not known */
  constructor(reader: (reading: Reading) => AsyncIterable<Analysed>) {
    this.reader = reader;
  }

  /** Whether the text was read lately. */
  has(reading: Reading): boolean {
    const key = keyOf(reading);
    return this.known.has(key) || this.once.has(key);
  }

  /** The text's sentences, in order. */
  read(reading: Reading): Sentences {
    const key = keyOf(reading);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const sentences = this.reader(reading);
    if (key.length > LONGEST) return sentences;
    if (this.once.has(key)) return this.remember(key, sentences);
    this.once.set(key, true);
    return sentences;
  }

  private async *remember(key: string, sentences: AsyncIterable<Analysed>): AsyncGenerator<Analysed> {
    const all: Analysed[] = [];
    for await (const sentence of sentences) {
      all.push(sentence);
      yield sentence;
    }
    this.known.set(key, all);
    this.once.delete(key);
  }
}

/** A voice's name is no part of it: voices of one language read alike. */
function keyOf({ text, lexicon = '', language }: Reading): string {
  return `${language}\n${lexicon}\n${text}`;
}

function bounded<Value extends object | true>(): LRUCache<string, Value> {
  return new LRUCache({ maxSize: MOST_CHARACTERS, sizeCalculation: (_value, key) => key.length });
}
