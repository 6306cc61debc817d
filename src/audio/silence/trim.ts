import { concatenate } from '../../float-arrays.ts';
import { Blocks } from '../blocks.ts';
import { fadeIn, fadeOut } from '../join.ts';
import { VoiceActivity } from './voice-activity.ts';

/**
 * All in frames of 10 ms. Speech keeps this much in front and behind: what begins or dies away there is below the
 * threshold.
 */
const LEAD = 6;
const TAIL = 10;
/** A pause of the voice's own inside a sentence is at most twice this. */
const HALF_PAUSE = 18;

const FRAMES_PER_SECOND = 100;

/**
 * Cuts the silence in front of and behind each sentence, and shortens long pauses in it. Digital silence is a pause
 * that someone asked for (between sentences, or a break) and stays as it is. Cuts lie in silence and are faded.
 */
export class SilenceTrimmer {
  readonly #sampleRate: number;
  readonly #activity: VoiceActivity;
  readonly #blocks: Blocks;
  /** Silent frames since the last speech: the first of them, then the last. */
  readonly #first: Float32Array[] = [];
  readonly #last: Float32Array[] = [];
  #dropped = 0;
  /** Whether something was said since the sentence, or what follows a pause, began. */
  #spoken = false;
  /** Whether nothing but digital silence has come since the sentence began. */
  #leading = false;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
    this.#activity = new VoiceActivity(sampleRate);
    this.#blocks = new Blocks(Math.round(sampleRate / FRAMES_PER_SECOND));
  }

  /** @param sentenceEnds a sentence ends with these samples */
  push(samples: Float32Array, sentenceEnds: boolean): Float32Array {
    const ready: Float32Array[] = [];
    let begin = 0;
    if (this.#leading) {
      // The pause in front of a sentence need not be whole frames.
      while (begin < samples.length && samples[begin] === 0) begin += 1;
      this.#leading = begin === samples.length;
      ready.push(samples.slice(0, begin));
    }
    for (const frame of this.#blocks.push(samples.subarray(begin))) ready.push(...this.#frame(frame));
    if (sentenceEnds) ready.push(...this.#sentenceEnds());
    return concatenate(ready);
  }

  /** The rest. */
  end(): Float32Array {
    return concatenate(this.#sentenceEnds());
  }

  #sentenceEnds(): Float32Array[] {
    const rest = this.#blocks.rest();
    const ready = rest.length > 0 ? this.#frame(rest) : [];
    ready.push(...this.#close());
    this.#leading = true;
    return ready;
  }

  #frame(frame: Float32Array): Float32Array[] {
    const speech = this.#activity.speech(frame);
    if (frame.every((sample) => sample === 0)) return [...this.#close(), frame];
    if (!speech) {
      this.#hold(frame);
      return [];
    }
    const before = this.#spoken ? this.#pause() : this.#lead();
    this.#spoken = true;
    return [...before, frame];
  }

  #hold(frame: Float32Array): void {
    if (this.#first.length < HALF_PAUSE) this.#first.push(frame);
    else this.#last.push(frame);
    if (this.#last.length <= HALF_PAUSE) return;
    this.#last.shift();
    this.#dropped += 1;
  }

  /** What stands before the first speech. */
  #lead(): Float32Array[] {
    const held = [...this.#first, ...this.#last];
    const kept = held.slice(-LEAD);
    if (kept.length < held.length) fadeIn(kept[0]!, this.#sampleRate);
    this.#forget();
    return kept;
  }

  /** What stands between speech and speech. */
  #pause(): Float32Array[] {
    if (this.#dropped > 0) {
      fadeOut(this.#first.at(-1)!, this.#sampleRate);
      fadeIn(this.#last[0]!, this.#sampleRate);
    }
    const kept = [...this.#first, ...this.#last];
    this.#forget();
    return kept;
  }

  /** What stands behind the last speech; nothing of it where nothing was said. */
  #close(): Float32Array[] {
    const held = this.#first.length + this.#last.length;
    const kept = this.#spoken ? [...this.#first, ...this.#last].slice(0, TAIL) : [];
    if (kept.length > 0 && kept.length < held) fadeOut(kept.at(-1)!, this.#sampleRate);
    this.#forget();
    this.#spoken = false;
    return kept;
  }

  #forget(): void {
    this.#first.length = 0;
    this.#last.length = 0;
    this.#dropped = 0;
  }
}
