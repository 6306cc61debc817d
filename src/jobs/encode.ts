import { setImmediate as giveWay } from 'node:timers/promises';
import { type Finisher, type OutputOptions, openFinisher } from '../audio/finish.ts';
import type { LogRecord } from './log/record.ts';

/** Samples encoded before the event loop gets its turn: a few milliseconds of any encoder. */
const AT_ONCE = 8192;

/**
 * The records of a log as the bytes of a file, as they come. What comes out does not depend on who makes it or when: a
 * listener to an unfinished job hears the bytes of the finished file.
 */
export class LogEncoder {
  readonly #output: OutputOptions;
  #finisher: Finisher | undefined;
  #voiceRate = 0;

  constructor(output: OutputOptions) {
    this.#output = output;
  }

  async *encode({ samples, sampleRate, sentence }: LogRecord): AsyncGenerator<Uint8Array> {
    this.#finisher ??= await this.#open(sampleRate);
    if (sampleRate !== this.#voiceRate) throw new Error('the sample rate changed within one job');
    for (let at = 0; at < samples.length; at += AT_ONCE) {
      const end = Math.min(at + AT_ONCE, samples.length);
      const boundary = sentence !== undefined && end === samples.length ? 'sentence' : undefined;
      const bytes = this.#finisher.push(samples.subarray(at, end), boundary);
      if (bytes.length > 0) yield bytes;
      await giveWay();
    }
  }

  /** The rest, and what goes over the file's first bytes. Throws when there was no record at all. */
  end(): { readonly bytes: Uint8Array; readonly head: Uint8Array | undefined } {
    const finisher = this.#opened();
    const bytes = finisher.end();
    return { bytes, head: finisher.head() };
  }

  close(): void {
    this.#finisher?.close();
  }

  get sampleRate(): number {
    return this.#opened().sampleRate;
  }

  get seconds(): number {
    return this.#opened().seconds;
  }

  async #open(sampleRate: number): Promise<Finisher> {
    this.#voiceRate = sampleRate;
    return openFinisher(sampleRate, this.#output);
  }

  #opened(): Finisher {
    if (this.#finisher === undefined) throw new Error('a job without a record');
    return this.#finisher;
  }
}
