import { setTimeout as delay } from 'node:timers/promises';
import { asLangduError, LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Speaker } from '../speech.ts';
import { defaultVoice } from './default-voice.ts';

/** How long a probe may take, and how long after a failed one the next begins. */
const PROBE_MS = 20_000;
const AGAIN_MS = 1_000;
/** As long as sentences are: what is slow the first time is slow for the probe, and not for who comes first. */
const PROBE_TEXT = '这是第{n}次试音：今天天气很好，我们一起去公园散步吧。';

/**
 * Whether this server should be sent requests: a voice of it was heard since it started and since it last lost a
 * worker, and is not stopping.
 */
export class Readiness {
  readonly #speaker: Speaker;
  readonly #voice: string;
  readonly #log: Log;
  #reason: string | undefined = 'starting';
  #draining = false;
  #ended = new AbortController();
  #probing: Promise<void> | undefined;
  #probes = 0;
  /** A worker was lost while a probe was under way: what that one says is of before. */
  #again = false;

  /** @param voice the configured one; '' for whichever is the default */
  constructor(speaker: Speaker, voice: string, log: Log, metrics: Metrics) {
    this.#speaker = speaker;
    this.#voice = voice;
    this.#log = log;
    metrics.onRead(() => metrics.ready.set(this.refusal() === undefined ? 1 : 0));
  }

  /** Why not, or undefined when it is ready. */
  refusal(): LangduError | undefined {
    if (this.#draining) return new LangduError('shutting_down');
    return this.#reason === undefined ? undefined : new LangduError('not_ready', { reason: this.#reason });
  }

  /** Not ready, for this reason, until a probe has spoken. Resolves when one has, or everything ends. */
  doubt(reason: string): Promise<void> {
    this.#reason = reason;
    this.#again = true;
    this.#probing ??= this.#probeUntilSpoken().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  /** Says no from now on. */
  drain(): void {
    this.#draining = true;
    this.#ended.abort();
  }

  async #probeUntilSpoken(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      this.#again = false;
      const failure = await this.#probe();
      if (failure === undefined && !this.#again) {
        this.#reason = undefined;
        return;
      }
      if (failure === undefined) continue;
      // Refused for want of a place: it speaks, for others. Whether for this probe, too, is asked again.
      this.#reason = failure.code === 'overloaded' ? undefined : failure.code;
      if (!this.#ended.signal.aborted) this.#log.warn({ err: failure }, 'the probe did not speak');
      await delay(AGAIN_MS, undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  /** Each probe is another text, so that none is answered from what was kept of an earlier one. */
  async #probe(): Promise<LangduError | undefined> {
    const enough = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(PROBE_MS)]);
    try {
      const voice = defaultVoice(this.#speaker.voices(), this.#voice);
      if (voice === '') return new LangduError('model_not_ready');
      this.#probes += 1;
      const text = PROBE_TEXT.replace('{n}', `${this.#probes}`);
      const speech = this.#speaker.speak({ text, voice }, { signal: enough, caller: 'probe', deadlineMs: PROBE_MS });
      // To its end: how fast the voice is here, and so what can be promised, is known when it has been.
      for await (const _chunk of speech) if (enough.aborted) break;
      return enough.aborted ? new LangduError('request_timeout') : undefined;
    } catch (error) {
      const failure = asLangduError(error);
      // A voice whose language this text is not of has answered, and that is what was asked.
      return failure.status < 500 && !enough.aborted ? undefined : failure;
    }
  }
}
