import { beginSound } from './one-sound.ts';
import type { Recording } from './recording.ts';

/**
 * How far ahead of the clock samples are handed over, how many at a time, and how soon after now they may begin:
 * seconds.
 */
const AHEAD = 20;
const BLOCK = 5;
const LEAD = 0.04;

/**
 * A block that was handed over: it is heard from `at` of the context's clock, and begins at `from` of the recording.
 */
interface Run {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly source: AudioBufferSourceNode;
}

/**
 * Plays a recording that may still be growing: without gaps while it is made fast enough, waiting where it is not. It
 * has of an HTMLMediaElement what the waveform uses: `play`, `pause`, `ended`, `timeupdate`, `seeking` and `waiting`
 * events, `currentTime`, `duration`.
 */
export class Player extends EventTarget {
  paused = true;
  ended = false;
  readonly volume = 1;
  readonly muted = false;
  readonly playbackRate = 1;
  readonly seeking = false;
  readonly src = '';
  readonly currentSrc = '';
  /** Seconds the recording will have, as far as that is known. */
  expected = 0;
  #context: AudioContext | undefined;
  #recording: Recording | undefined;
  #runs: Run[] = [];
  /** Where the recording is taken up while nothing is handed over. */
  #position = 0;
  /** Samples handed over, and the frame of the context where the next follows. */
  #given = 0;
  #frame = 0;

  /** Makes ready to sound, which browsers allow only while they handle a key or a click. */
  prepare(sampleRate: number): void {
    if (this.#context !== undefined && this.#context.sampleRate !== sampleRate) {
      void this.#context.close();
      this.#context = undefined;
    }
    // At the recording's own rate, so that a block ends exactly where the next one begins.
    this.#context ??= new AudioContext({ sampleRate });
    void this.#context.resume();
  }

  get recording(): Recording | undefined {
    return this.#recording;
  }

  /** Takes up another recording, from its beginning, not playing. */
  load(recording: Recording | undefined): void {
    this.pause();
    this.#recording?.removeEventListener('grow', this.#onGrow);
    this.#recording?.removeEventListener('complete', this.#onComplete);
    this.#recording = recording;
    this.#position = 0;
    this.ended = false;
    recording?.addEventListener('grow', this.#onGrow);
    recording?.addEventListener('complete', this.#onComplete);
    this.#tell('durationchange');
    this.#tell('timeupdate');
  }

  async play(): Promise<void> {
    if (this.#recording === undefined || !this.paused) return;
    this.prepare(this.#recording.sampleRate);
    beginSound(this);
    if (this.ended) this.#position = 0;
    this.ended = false;
    this.paused = false;
    this.#begin();
    this.#tell('play');
  }

  pause(): void {
    if (this.paused) return;
    this.#position = this.currentTime;
    this.paused = true;
    this.#silence();
    this.#tell('pause');
    this.#tell('timeupdate');
  }

  get duration(): number {
    const made = this.#recording?.seconds ?? 0;
    return this.#recording?.complete ? made : Math.max(made, this.expected);
  }

  get currentTime(): number {
    const context = this.#context;
    if (this.paused || context === undefined) return this.#position;
    const now = context.currentTime;
    const run = this.#runs.findLast(({ at }) => at <= now) ?? this.#runs[0];
    if (run === undefined) return this.#position;
    return Math.min(run.to, Math.max(run.from, run.from + now - run.at));
  }

  set currentTime(seconds: number) {
    const made = this.#recording?.seconds ?? 0;
    this.#silence();
    this.#position = Math.min(Math.max(0, seconds), made);
    this.ended = false;
    if (!this.paused) this.#begin();
    this.#tell('seeking');
    this.#tell('timeupdate');
  }

  #begin(): void {
    this.#given = Math.round(this.#position * this.#recording!.sampleRate);
    this.#frame = 0;
    this.#fill();
    this.#endIfDone();
  }

  readonly #onGrow = () => {
    if (!this.paused) this.#fill();
  };

  readonly #onComplete = () => {
    if (!this.paused) this.#fill();
    this.#endIfDone();
    this.#tell('durationchange');
  };

  /** Hands over what is made, as far ahead as is useful. */
  #fill(): void {
    const context = this.#context;
    const recording = this.#recording;
    if (context === undefined || recording === undefined) return;
    const rate = recording.sampleRate;
    while (this.#given < recording.length && this.#frame / rate < context.currentTime + AHEAD) {
      const from = this.#given;
      const to = Math.min(recording.length, from + BLOCK * rate);
      const earliest = Math.ceil((context.currentTime + LEAD) * rate);
      // Later than it could be only when it comes too late: then there was a gap, and it cannot be helped.
      const frame = this.#frame >= context.currentTime * rate ? this.#frame : earliest;
      const buffer = context.createBuffer(1, to - from, rate);
      buffer.copyToChannel(recording.slice(from, to), 0);
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(context.destination);
      const run: Run = { at: frame / rate, from: from / rate, to: to / rate, source };
      source.onended = () => this.#onRunEnded(run);
      source.start(run.at);
      this.#runs.push(run);
      this.#given = to;
      this.#frame = frame + to - from;
    }
  }

  #onRunEnded(run: Run): void {
    this.#runs = this.#runs.slice(this.#runs.indexOf(run) + 1);
    this.#position = run.to;
    this.#fill();
    this.#endIfDone();
  }

  #endIfDone(): void {
    const recording = this.#recording;
    if (this.paused || recording === undefined || this.#runs.length > 0 || this.#given < recording.length) return;
    if (!recording.complete) {
      this.#tell('waiting');
      return;
    }
    this.#position = recording.seconds;
    this.paused = true;
    this.ended = true;
    this.#tell('timeupdate');
    this.#tell('ended');
  }

  #silence(): void {
    for (const { source } of this.#runs) {
      source.onended = null;
      source.stop();
      source.disconnect();
    }
    this.#runs = [];
  }

  #tell(name: string): void {
    this.dispatchEvent(new Event(name));
  }
}
