import { type MetricObject, Registry } from 'prom-client';
import { packageVersion } from './config/paths.ts';
import type { Snapshot } from './metrics/aggregate.ts';
import { counter, type Definition, gauge, histogram } from './metrics/instrument.ts';
import { addProcessMetrics } from './metrics/process.ts';

/** Bounds in seconds, closest where the goals are: 25, 80, 100 and 400 ms to the first audio. */
const firstAudioBuckets = [0.005, 0.01, 0.025, 0.05, 0.08, 0.1, 0.15, 0.25, 0.4, 0.75, 1.5, 3, 6, 15, 30, 60];
const totalBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600];
const queueBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const factorBuckets = [0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2];
const batchBuckets = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];

/**
 * Every metric there is; `node scripts/reference-tables.mjs` writes docs/operating.md from it, and a test keeps the two
 * equal. Labels are few and bounded: a lane, a voice that exists, a code of the catalogue, a route's pattern. Recording
 * costs about a microsecond; everything else is computed when somebody asks.
 */
export const metricCatalogue = {
  // speech
  firstAudio: histogram('langdu_first_audio_seconds', 'From a request to its first audio.', firstAudioBuckets, [
    'lane',
    'voice',
  ]),
  total: histogram('langdu_total_seconds', 'From a request to the end of its audio.', totalBuckets, ['lane', 'voice']),
  realTimeFactor: histogram(
    'langdu_real_time_factor',
    'Seconds of work for a second of speech, of requests that were computed.',
    factorBuckets,
    ['lane', 'voice'],
  ),
  queueSeconds: histogram('langdu_queue_seconds', 'How long sentences waited for a worker.', queueBuckets, ['lane']),
  queued: gauge('langdu_queued', 'Sentences that wait for a worker.', ['lane']),
  running: gauge('langdu_running', 'Sentences that workers are making.'),
  cache: counter('langdu_cache_total', 'Requests by what the sentence cache had: hit, miss, coalesced, partial.', [
    'outcome',
  ]),
  cacheBytes: gauge('langdu_cache_bytes', 'Bytes in the sentence cache.', ['tier']),
  cacheUnwritten: counter(
    'langdu_cache_unwritten_total',
    'Times that a sentence was to be written to the disk of the cache and was not: it failed, rests, or has enough to do.',
  ),
  batch: histogram('langdu_batch_size', 'Sentences that shared one pass of the decoder.', batchBuckets),
  workers: gauge('langdu_workers', 'Worker threads that are ready.'),
  workerLost: counter('langdu_worker_lost_total', 'Worker threads that died and were replaced.'),
  characters: counter('langdu_characters_total', 'Characters of the texts that were accepted.', ['lane', 'voice']),
  audioSeconds: counter('langdu_audio_seconds_total', 'Seconds of speech delivered.', ['lane', 'voice']),
  audioBytes: counter('langdu_audio_bytes_total', 'Bytes of audio made, by format.', ['format']),

  // jobs
  jobs: gauge('langdu_jobs', 'Jobs by state, of all processes.', ['state'], 'max'),
  jobQueueSeconds: gauge(
    'langdu_job_queue_seconds',
    'How long the job that waits longest for its first turn has waited, of all processes: what to scale workers on.',
    [],
    'max',
  ),

  // server
  requests: counter('langdu_http_requests_total', 'HTTP requests answered, by route, method and status.', [
    'route',
    'method',
    'status',
  ]),
  refused: counter('langdu_refused_total', 'Requests refused or failed, by error code.', ['code']),
  connections: gauge('langdu_http_connections', 'Open HTTP connections: in a request, or idle.', ['state']),
  connectionsClosed: counter('langdu_http_connections_closed_total', 'Connections closed to make room.', ['reason']),
  ready: gauge(
    'langdu_ready',
    '1 when /readyz answers 200, else 0; of several processes, when all are ready.',
    [],
    'min',
  ),
  processes: gauge('langdu_processes', 'Server processes that are ready, and wanted; with several.', ['state']),
  processLost: counter('langdu_process_lost_total', 'Server processes that died and were replaced; with several.'),
  keyCharacters: counter('langdu_key_characters_total', 'Characters accepted, by API key.', ['key']),
  keyAudioSeconds: counter('langdu_key_audio_seconds_total', 'Seconds of speech delivered, by API key.', ['key']),
} as const satisfies Readonly<Record<string, Definition<unknown>>>;

type Catalogue = typeof metricCatalogue;

/** The catalogue's metrics, each with `inc`, `set` or `observe`, and how they are read. */
export type Metrics = { readonly [K in keyof Catalogue]: ReturnType<Catalogue[K]> } & {
  /** Runs whenever somebody reads: for gauges that are cheaper to look up then than to keep. */
  onRead(look: () => void): void;
  /** All of them in the Prometheus text format. */
  text(): Promise<string>;
  /** All of them as values, for another process to join. */
  snapshot(): Promise<Snapshot>;
  readonly contentType: string;
  /** The values of one of them now: what the status is made of. */
  samples(name: string): Promise<readonly Sample[]>;
  /** What there is, for the document. */
  list(): readonly ListedMetric[];
  /** Ends the watching of the event loop. */
  close(): void;
};

/** One series of a metric; a histogram has several, `…_bucket` with `le`, `…_sum` and `…_count`. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

export interface ListedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const looks: (() => void)[] = [];
  const entries = Object.entries(metricCatalogue).map(([key, define]) => [key, define(registry)]);
  const close = addProcessMetrics(registry, packageVersion);
  const look = (): void => {
    for (const each of looks) each();
  };
  return {
    ...(Object.fromEntries(entries) as { [K in keyof Catalogue]: ReturnType<Catalogue[K]> }),
    onRead: (each) => void looks.push(each),
    text: () => {
      look();
      return registry.metrics();
    },
    snapshot: () => {
      look();
      return registry.getMetricsAsJSON();
    },
    contentType: registry.contentType,
    samples: async (name) => {
      for (const look of looks) look();
      const metric = await registry.getSingleMetric(name)?.get();
      return samplesOf(metric === undefined ? [] : [metric], name);
    },
    list: () => registry.getMetricsAsArray().map(describe),
    close,
  };
}

/** A sample as prom-client reads it; only a histogram's say which of its series they are. */
interface Read extends Omit<Sample, 'name'> {
  readonly metricName?: string;
}

/** The values of one metric of these. */
export function samplesOf(snapshot: Snapshot, name: string): readonly Sample[] {
  const { values = [] } = snapshot.find((metric) => metric.name === name) ?? {};
  return values.map(({ labels, value, metricName = name }: Read) => ({ name: metricName, labels, value }));
}

function describe({ name, type, help, labelNames = [] }: MetricObject & { labelNames?: string[] }): ListedMetric {
  // What its types leave out: the kind as a word, and the labels.
  return { name, type: String(type), help, labels: labelNames };
}
