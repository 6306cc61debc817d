import type { FastifyReply, FastifyRequest } from 'fastify';
import { type WrittenPiece, writeSpeech } from '../audio/write-speech.ts';
import { LangduError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { PolicyContext } from '../policy/policy.ts';
import type { SpeechPlan } from '../speech.ts';
import { firstCharacters } from '../text/characters.ts';
import type { Answer } from './answers.ts';
import { callerOf, deadlineOf } from './caller.ts';
import { moderated } from './moderate.ts';
import type { ServerParts } from './parts.ts';
import { prepended } from './prepended.ts';
import type { SpeechOrder } from './speech-order.ts';
import { admit, overheard, type Spoken } from './spoken.ts';
import type { UnderWay } from './under-way.ts';

/** A speech whose first bytes are there. */
export interface BegunSpeech {
  readonly order: SpeechOrder;
  readonly plan: SpeechPlan | undefined;
  readonly file: WrittenPiece['file'];
  /** All of it, the first ones too. To be read or returned: it holds a place in the queue. */
  readonly pieces: AsyncIterableIterator<WrittenPiece>;
  /** All of its bytes, when they are known already. */
  readonly whole?: Buffer;
}

/**
 * Speaks up to the first bytes and no further. `path` is how the text came, to who moderates it. Nothing has been sent
 * by then, so whatever fails (the text, the voice, the queue) is still answered with its status. What fails later comes
 * out of `pieces`; `shutting_down` when a stop ended it.
 */
export async function beginSpeech(
  order: SpeechOrder,
  path: PolicyContext['path'],
  {
    speaker,
    policy,
    stop,
    settings,
    metrics,
  }: Pick<ServerParts, 'speaker' | 'policy' | 'stop' | 'settings' | 'metrics'>,
  underWay: UnderWay,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<BegunSpeech> {
  const { characters, voice, output } = order;
  const lane = 'interactive';
  const excerpt = settings.logText === 0 ? undefined : firstCharacters(order.request.text, settings.logText);
  const counted = { lane, characters, excerpt, voice: voice.name, format: output.format ?? 'wav' };
  const spoken = await admit(counted, request, reply);
  const allowed = await moderated(order.request, path, policy, request);
  const { answers } = request.server;
  const key = answers.keyOf(speaker.fingerprint?.(allowed), output);
  const known = answers.get(key);
  if (known !== undefined) return beginAgain(order, known, spoken, metrics, reply);
  const signal = underWay.signal(reply);
  let plan: SpeechPlan | undefined;
  const speech = speaker.speak(allowed, {
    signal,
    lane,
    caller: callerOf(request),
    deadlineMs: deadlineOf(request),
    onPlan: (told) => {
      plan = told;
      spoken.cache = told.cache;
    },
    onDone: (cache) => {
      spoken.cache = cache;
    },
  });
  // Its sentences were all there: they were asked for before, and have been noted as such.
  // While the text is still being read, those so far.
  const again = (ended: boolean) => spoken.cache === 'hit' || (!ended && spoken.cache === 'partial');
  const heard = overheard(speech, spoken, () => reply.elapsedTime);
  const pieces = stoppable(answers.keep(key, writeSpeech(heard, output), again), spoken, signal, stop);
  const first: WrittenPiece[] = [];
  do {
    const { value, done } = await pieces.next();
    if (done) throw new Error('the speech ended before its first bytes');
    first.push(value);
  } while (first.at(-1)!.bytes.length === 0);
  const file = first[0]!.file;
  addHeaders(reply, order, file, plan);
  return { order, plan, file, pieces: prepended(first, pieces) };
}

/** An answer that was given before. */
function beginAgain(
  order: SpeechOrder,
  { pieces, bytes }: Answer,
  spoken: Spoken,
  metrics: Metrics,
  reply: FastifyReply,
): BegunSpeech {
  const plan = { cache: 'hit', startsInMs: 0 } as const;
  const { file } = pieces[0]!;
  const { elapsedTime } = reply;
  spoken.cache = plan.cache;
  spoken.firstAudioMs = Math.round(elapsedTime * 10) / 10;
  spoken.audioSeconds = file.seconds;
  spoken.audioBytes = bytes.length;
  addHeaders(reply, order, file, plan);
  // As the speaker counts and measures the others.
  const { lane, voice } = spoken;
  metrics.cache.inc({ outcome: plan.cache });
  metrics.firstAudio.observe({ lane, voice }, elapsedTime / 1000);
  metrics.total.observe({ lane, voice }, elapsedTime / 1000);
  return { order, plan, file, whole: bytes, pieces: prepended([...pieces], nothing()) };
}

async function* nothing(): AsyncGenerator<never> {}

function addHeaders(
  reply: FastifyReply,
  { voice }: SpeechOrder,
  { sampleRate }: BegunSpeech['file'],
  plan: SpeechPlan | undefined,
): void {
  reply.header('x-langdu-voice', encodeURIComponent(voice.name));
  reply.header('x-langdu-sample-rate', sampleRate);
  if (plan === undefined) return;
  reply.header('x-langdu-cache', plan.cache).header('x-langdu-starts-in-ms', Math.round(plan.startsInMs));
}

/** A speaker may end early without an error when it is told to: that is half a speech, not a short one. */
async function* stoppable(
  pieces: AsyncIterable<WrittenPiece>,
  spoken: Spoken,
  signal: AbortSignal,
  stop: AbortSignal | undefined,
): AsyncGenerator<WrittenPiece> {
  try {
    for await (const piece of pieces) {
      if (signal.aborted) throw new LangduError('cancelled');
      spoken.audioBytes += piece.bytes.length;
      yield piece;
    }
  } catch (error) {
    throw stop?.aborted ? new LangduError('shutting_down', {}, error) : error;
  }
}
