import { join } from 'node:path';
import { packageRoot } from '../config/paths.ts';
import { LangduError } from '../errors.ts';
import { fieldsOf } from '../fields-of.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type {
  ExplainRequest,
  OutlinedSentence,
  Speaker,
  SpeakOptions,
  SpeechChunk,
  SpeechRequest,
  VoiceSummary,
} from '../speech.ts';
import { type Stages, synthesize } from '../synthesize.ts';
import type { Explanation } from '../text/explanation.ts';
import { outline, placeSentences } from '../text/placed.ts';
import { VoiceCatalogue } from '../voice/catalogue.ts';
import { packageHash, type VoiceManifest } from '../voice/manifest.ts';
import { resolveSettings } from '../voice/settings.ts';
import { prepareUtterance, type Utterance } from '../voice/utterance.ts';
import { WorkerPool } from '../workers/pool.ts';
import type { Reading } from '../workers/protocol.ts';
import { TextThread } from '../workers/text-thread.ts';
import { Admission } from './admission.ts';
import { Lull } from './lull.ts';
import { Readings } from './readings.ts';
import { SentenceCache } from './sentence-cache.ts';
import { SentenceDisk } from './sentence-disk.ts';
import { Sentences } from './sentences.ts';
import { Slots } from './slots.ts';
import { Speed } from './speed.ts';
import { Watch } from './watch.ts';

export interface DispatchOptions {
  /** Folder of the voice packages; those that ship when absent. */
  readonly voices?: string | undefined;
  readonly defaultVoice?: string | undefined;
  /** The server's own lexicon, as a file has it; a request's goes before it. */
  readonly lexicon?: string | undefined;
  /** Threads that synthesise. */
  readonly workers: number;
  /** Sentences kept in memory, in bytes; 0 keeps none. */
  readonly cacheBytes?: number | undefined;
  /** Where sentences asked for again survive a restart; none when absent. */
  readonly cacheFolder?: string | undefined;
  readonly cacheDiskBytes?: number | undefined;
  /**
   * First audio predicted to come later than this is refused, in milliseconds, where a request names no limit of its
   * own.
   */
  readonly longestWaitMs?: number | undefined;
  /** Sentences that may wait for a worker. */
  readonly longestQueue?: number | undefined;
  /** A thread was lost; it is being replaced. */
  readonly onWorkerLost?: (() => void) | undefined;
  /** Nobody waits for a first sound just now (lull.ts). */
  readonly onLull?: (() => void) | undefined;
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
}

/**
 * Sentences begun beyond the one that is heard: enough that workers share a long text, few enough that a slow reader
 * holds little.
 */
const AHEAD = { interactive: 2, batch: 7 } as const;
/**
 * Of a text of so many characters whose beginning is in the cache it is looked whether the rest is, before it is heard.
 */
const LOOKED_THROUGH = 1_000;
/** Everything that decides how a request sounds, beside the voice itself: the compiler knows when one is missing. */
const spoken = fieldsOf<Omit<SpeechRequest, 'voice'>>({
  text: true,
  speaker: true,
  emotion: true,
  intensity: true,
  rate: true,
  pitch: true,
  volume: true,
  seed: true,
  lexicon: true,
});

/**
 * Speaks for many callers at once: text is read on a thread of its own, sentences are made by a pool of workers, each
 * in its fair turn, once however many want it, and kept. The samples are those that `LocalSpeaker` makes of the same
 * request.
 */
export class Dispatcher implements Speaker {
  private readonly options: DispatchOptions & { readonly voices: string };
  private readonly pool: WorkerPool;
  private readonly text: TextThread;
  private readonly sentences: Sentences;
  private readonly catalogue: VoiceCatalogue;
  private readonly readings: Readings;
  private readonly lull: Lull | undefined;

  private constructor(
    options: DispatchOptions & { readonly voices: string },
    pool: WorkerPool,
    text: TextThread,
    sentences: Sentences,
  ) {
    this.options = options;
    this.pool = pool;
    this.text = text;
    this.sentences = sentences;
    this.catalogue = new VoiceCatalogue(options.voices);
    this.readings = new Readings((reading) => text.sentences(reading));
    this.lull = options.onLull && new Lull(options.onLull);
  }

  /** Resolves when every worker has its default voice loaded. Throws what kept a worker from that. */
  static async open(given: DispatchOptions): Promise<Dispatcher> {
    const options = { ...given, voices: given.voices ?? join(packageRoot, 'voices') };
    const { voices, defaultVoice, workers, log, metrics } = options;
    const onLost = (cause: unknown) => {
      log?.error({ err: cause }, 'worker lost, replacing it');
      metrics?.workerLost.inc();
      options.onWorkerLost?.();
    };
    const text = new TextThread({ lexicon: options.lexicon, onLost });
    const opening = WorkerPool.open({
      voices,
      defaultVoice,
      workers,
      onWorkerLost: onLost,
      onVoiceBroken: (error) => log?.error({ err: error }, error.message),
      onBatch: (size) => metrics?.batch.observe(size),
    });
    const [pool] = await Promise.all([opening, text.ready]).catch(async (error: unknown) => {
      const closed = opening.then(
        (opened) => opened.close(),
        () => undefined,
      );
      await Promise.all([text.close(), closed]);
      throw error;
    });
    const speed = new Speed();
    const slots = new Slots(workers, speed);
    const admission = new Admission(slots, speed, options);
    const sentences = new Sentences({ pool, slots, speed, admission, cache: cacheOf(options), metrics });
    metrics?.onRead(() => {
      metrics.workers.set(pool.ready);
      sentences.report(metrics);
    });
    return new Dispatcher(options, pool, text, sentences);
  }

  voices(): readonly VoiceSummary[] {
    return this.catalogue.summaries();
  }

  /** Thread ids of the living workers. */
  get threads(): readonly number[] {
    return this.pool.threads;
  }

  async *speak(request: SpeechRequest, options: SpeakOptions = {}): AsyncGenerator<SpeechChunk> {
    const { lane = 'interactive', signal } = options;
    const voice = this.find(request.voice);
    const orders = this.sentences.open({ ...options, voice: voice.name, characters: request.text.length });
    const stages: Stages = {
      voice,
      analyse: (wanted) => this.readings.read(readingOf(voice, wanted)),
      utter: (utterance) => orders.utter(utterance),
      begun: () => orders.begun,
      onRead: () => orders.finish(),
      ahead: AHEAD[lane],
    };
    const abort = () => orders.close();
    signal?.addEventListener('abort', abort, { once: true });
    const watch = this.options.metrics && new Watch(this.options.metrics, lane, voice.name);
    const listener = lane === 'interactive' ? this.lull?.enter() : undefined;
    let planned = false;
    try {
      if (signal?.aborted) abort();
      // A text that was read before may be in the cache; any other is refused before reading it costs anything.
      if (!this.readings.has(readingOf(voice, request))) orders.admit();
      for await (const chunk of synthesize(stages, request, options)) {
        if (!planned) {
          planned = true;
          if (orders.undecided && lane === 'interactive' && request.text.length <= LOOKED_THROUGH)
            await orders.lookThrough(this.utterances(voice, request));
          options.onPlan?.(orders.plan());
        }
        watch?.made(chunk);
        if (chunk.samples.length > 0) listener?.hears();
        yield chunk;
      }
      watch?.ended(orders.spent());
      options.onDone?.(orders.outcome());
    } catch (error) {
      throw signal?.aborted ? new LangduError('cancelled', {}, error) : error;
    } finally {
      listener?.leaves();
      signal?.removeEventListener('abort', abort);
      if (planned) watch?.over(orders.outcome());
      orders.close();
    }
  }

  fingerprint(request: SpeechRequest): string {
    const content = JSON.stringify(spoken.map((field) => request[field]));
    return `${packageHash(this.find(request.voice))} ${content}`;
  }

  async *outline(request: SpeechRequest): AsyncGenerator<OutlinedSentence> {
    const voice = this.find(request.voice);
    yield* outline({ analyse: (wanted) => this.readings.read(readingOf(voice, wanted)) }, request);
  }

  async explain({ text, voice, lexicon }: ExplainRequest): Promise<Explanation> {
    const { language, name } = this.find(voice);
    return this.text.explain({ text, lexicon, language, voice: name });
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.close(), this.text.close(), this.sentences.close()]);
  }

  private async *utterances(voice: VoiceManifest, request: SpeechRequest): AsyncGenerator<Utterance> {
    const settings = resolveSettings(voice, request);
    const analyse = (wanted: SpeechRequest) => this.readings.read(readingOf(voice, wanted));
    for await (const { sentence } of placeSentences({ analyse }, request)) {
      if (sentence !== undefined) yield prepareUtterance(voice, sentence.symbols, settings);
    }
  }

  private find(wanted: string | undefined): VoiceManifest {
    return this.catalogue.find(wanted ?? this.options.defaultVoice);
  }
}

function readingOf({ language, name }: VoiceManifest, { text, lexicon }: SpeechRequest): Reading {
  return { text, lexicon, language, voice: name };
}

function cacheOf(options: DispatchOptions): SentenceCache {
  const { cacheBytes = 0, cacheFolder, cacheDiskBytes = 0, log, metrics } = options;
  const onUnwritten = () => metrics?.cacheUnwritten.inc();
  const disk =
    cacheFolder === undefined || cacheDiskBytes === 0 || log === undefined
      ? undefined
      : new SentenceDisk({ folder: cacheFolder, limit: cacheDiskBytes, log, onUnwritten });
  return new SentenceCache(cacheBytes, disk);
}
