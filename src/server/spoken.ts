import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics.ts';
import type { SpeechChunk, SpeechPlan } from '../speech.ts';
import { chargeText } from './access/account.ts';
import type { UsageLog } from './access/usage-log.ts';
import { outcomeOf } from './outcome.ts';

/** What a request spoke: for its line in the log, the metrics and the usage log. Grows while it is spoken. */
export interface Spoken {
  readonly voice: string;
  readonly lane: string;
  readonly format: string;
  /** Length of the text in code points. */
  readonly characters: number;
  /** Its beginning, where the operator wants that in the log. */
  readonly excerpt?: string | undefined;
  cache?: SpeechPlan['cache'];
  /** From the request's arrival to its first samples, in milliseconds. */
  firstAudioMs?: number;
  audioSeconds: number;
  audioBytes: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    spoken: Spoken | undefined;
  }
}

/** Counts what was spoken when its request ends, however it ends. */
export function addSpoken(app: FastifyInstance, metrics: Metrics, usage: UsageLog | undefined): void {
  app.decorateRequest('spoken', undefined);
  if (usage !== undefined) app.addHook('onClose', async () => usage.close());
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => {
      if (request.spoken === undefined) return;
      count(metrics, request, request.spoken);
      usage?.record({
        time: new Date().toISOString(),
        requestId: request.id,
        key: request.account?.key ?? null,
        route: request.routeOptions.url ?? 'none',
        voice: request.spoken.voice,
        lane: request.spoken.lane,
        characters: request.spoken.characters,
        audioSeconds: round(request.spoken.audioSeconds),
        status: outcomeOf(reply).status,
      });
    });
  });
}

/**
 * Before any work for a text is done, and once for each: counts it against its caller's limits, and begins its account.
 * Throws `lane_forbidden` or `rate_limited`.
 */
export async function admit(
  text: Pick<Spoken, 'voice' | 'lane' | 'format' | 'characters' | 'excerpt'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Spoken> {
  if (request.account !== undefined) await chargeText(request.server.rates, request.account, text, reply);
  request.spoken = { ...text, audioSeconds: 0, audioBytes: 0 };
  return request.spoken;
}

/**
 * A speech as it passes, its seconds and its first samples noted. `elapsedMs` is how long the request has been here.
 */
export async function* overheard(
  speech: AsyncIterable<SpeechChunk>,
  spoken: Spoken,
  elapsedMs: () => number,
): AsyncGenerator<SpeechChunk> {
  for await (const chunk of speech) {
    if (chunk.samples.length > 0) spoken.firstAudioMs ??= Math.round(elapsedMs() * 10) / 10;
    spoken.audioSeconds += chunk.samples.length / chunk.sampleRate;
    yield chunk;
  }
}

/** The fields of a request's line in the log. */
export function spokenFields(spoken: Spoken): object {
  const { voice, lane, characters, audioSeconds, firstAudioMs, cache, excerpt } = spoken;
  return { voice, lane, characters, audioSeconds: round(audioSeconds), firstAudioMs, cache, text: excerpt };
}

function count(metrics: Metrics, request: FastifyRequest, spoken: Spoken): void {
  const { voice, lane, format, characters, audioSeconds, audioBytes } = spoken;
  metrics.characters.inc({ lane, voice }, characters);
  metrics.audioSeconds.inc({ lane, voice }, audioSeconds);
  metrics.audioBytes.inc({ format }, audioBytes);
  const key = request.account?.key;
  if (key === undefined) return;
  metrics.keyCharacters.inc({ key }, characters);
  metrics.keyAudioSeconds.inc({ key }, audioSeconds);
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
