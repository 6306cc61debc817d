import { setImmediate as giveWay } from 'node:timers/promises';
import { asLangduError, LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ResultStore } from '../results/store.ts';
import type { Speaker } from '../speech.ts';
import { firstCharacters } from '../text/characters.ts';
import type { TextWarning } from '../text/sentence.ts';
import { complete } from './complete.ts';
import type { Claim, JobDriver } from './driver.ts';
import { comeBackIn, Holder, isOfStorage, isPassing, Lost } from './holder.ts';
import { type Job, type JobRequest, nothingDone, speechOf } from './job.ts';
import { encodeRecord, type LogRecord } from './log/record.ts';
import { LogGap, type LogStore } from './log/store.ts';
import { advance, DamagedLog, walk } from './log/walk.ts';
import { joinSentences } from './sentences.ts';

export interface TurnParts {
  readonly driver: JobDriver;
  readonly logs: LogStore;
  readonly results: ResultStore;
  readonly speaker: Speaker;
  readonly log: Log;
  /** Sentences a job may speak before others have their turn. */
  readonly turn: number;
  /** How often in a row a job may be lost or fail without a sentence made in between. */
  readonly tries: number;
  /** The process is to end: the turn is over after the sentence at hand. */
  readonly stop: AbortSignal;
}

/**
 * A sentence far into a text is reached by reading all before it: a turn takes at least so many times as long as that.
 */
const WORTH_READING = 10;

/**
 * One turn of a job: goes on where it stopped, sentence by sentence, each safe before the next; when all are spoken,
 * makes the audio of them. Whatever happens, the job is left in a state from which somebody goes on. Resolves to the
 * sentences spoken; throws only when the driver cannot be reached.
 */
export async function takeTurn(claim: Claim, parts: TurnParts): Promise<number> {
  const holder = new Holder(claim, parts.driver, parts.tries);
  const before = holder.job.progress.sentences;
  try {
    const request = await parts.driver.request(holder.job.id);
    if (request === undefined) throw new Lost();
    if (holder.job.total === undefined) await count(holder, request, parts);
    if ((await speak(holder, request, parts)) === 'spoken') await complete(holder, request, parts);
    else await holder.turnOver();
  } catch (thrown) {
    await settle(holder, thrown, parts);
  }
  return Math.max(0, holder.job.progress.sentences - before);
}

/** Says in the job how this turn ended, when it ended badly. */
async function settle(holder: Holder, thrown: unknown, { log }: TurnParts): Promise<void> {
  if (thrown instanceof Lost || holder.lost.aborted) return;
  const error = asLangduError(thrown);
  if (error.code === 'jobs_unavailable') throw error; // nothing can be said: the lease will run out
  const seconds = comeBackIn(error);
  try {
    if (thrown instanceof DamagedLog) {
      // Throws `Lost` where it was cancelled, and its log removed, under our hands: no damage, and nothing to say.
      await holder.note({ progress: thrown.intact });
      log.error({ job: holder.job.id, err: thrown }, 'job goes back to what is whole');
      await holder.turnOver();
    } else if (error.code === 'shutting_down') {
      await holder.turnOver();
    } else if (seconds !== undefined || isPassing(error)) {
      await holder.postpone(seconds);
      if (isOfStorage(error.code)) log.error({ job: holder.job.id, err: error }, 'job waits for its storage');
    } else {
      log.warn({ job: holder.job.id, err: error }, 'job failed');
      await holder.failed(error);
    }
  } catch (again) {
    if (!(again instanceof Lost)) throw again;
  }
}

/** Counts the sentences, once: progress is of them. An item without any is the job's own fault. */
async function count(holder: Holder, request: JobRequest, { speaker, stop }: TurnParts): Promise<void> {
  let total = 0;
  for (const item of request.items) {
    const before = total;
    for await (const _ of speaker.outline(speechOf(request, item), holder.lost)) {
      if (stop.aborted) throw new LangduError('shutting_down');
      total += 1;
      if (total % 100 === 0) await giveWay();
    }
    if (total === before)
      throw new LangduError('text_unspeakable', { characters: firstCharacters(item.text.trim(), 40) });
  }
  await holder.note({ total });
}

/** Speaks until the turn is over or nothing is left to speak. */
async function speak(holder: Holder, request: JobRequest, parts: TurnParts): Promise<'spoken' | 'turn over'> {
  const started = performance.now();
  let reading: number | undefined;
  let spoken = 0;
  const isOver = (): boolean => {
    reading ??= performance.now() - started;
    const enough = spoken >= parts.turn && performance.now() - started >= WORTH_READING * reading;
    return parts.stop.aborted || enough;
  };
  while (holder.job.progress.item < request.items.length) {
    if (parts.stop.aborted) return 'turn over';
    const { item, sentence } = holder.job.progress;
    let end: { warnings: readonly TextWarning[]; sampleRate: number } | undefined;
    let sampleRate = 0;
    const speech = parts.speaker.speak(speechOf(request, request.items[item]!), {
      lane: 'batch',
      caller: holder.job.caller,
      fromSentence: sentence,
      signal: holder.lost,
    });
    for await (const each of joinSentences(speech, item, sentence)) {
      if (each.kind === 'rest') {
        end = each;
        continue;
      }
      await add(holder, each.record, parts);
      ({ sampleRate } = each.record);
      spoken += 1;
      if (isOver()) return 'turn over';
    }
    if (holder.lost.aborted) throw new Lost();
    const last = item === request.items.length - 1;
    await add(holder, endOfItem(request, item, last, end?.sampleRate ?? sampleRate, parts, end?.warnings), parts);
  }
  return 'spoken';
}

function endOfItem(
  request: JobRequest,
  item: number,
  last: boolean,
  known: number,
  { speaker }: TurnParts,
  warnings: readonly TextWarning[] | undefined,
): LogRecord {
  // Nothing was spoken in this turn when the one before ended with the item's last sentence.
  const { voice } = speechOf(request, request.items[item]!);
  const sampleRate = known || speaker.voices().find(({ name }) => name === voice)?.sampleRate;
  if (sampleRate === undefined) throw new LangduError('internal', {}, new Error('the voice is gone'));
  const gap = last ? 0 : Math.round(request.gap * sampleRate);
  return { item, sampleRate, samples: new Float32Array(gap), ...(warnings === undefined ? {} : { warnings }) };
}

/** First the record, then the progress that says it is there. */
async function add(holder: Holder, record: LogRecord, { logs }: TurnParts): Promise<void> {
  const { progress } = holder.job;
  const bytes = encodeRecord(record);
  try {
    await logs.write(holder.job.id, { record: progress.records, offset: progress.bytes }, bytes);
  } catch (error) {
    if (error instanceof LogGap) throw await damageIn(logs, holder.job);
    throw error;
  }
  await holder.checkpoint(advance(progress, record, bytes.length));
}

/** How far a log is whole that has not all of what the job says. */
async function damageIn(logs: LogStore, { id, progress }: Job): Promise<DamagedLog> {
  let intact = nothingDone;
  try {
    for await (const { progress: reached } of walk(logs, id, progress)) intact = reached;
  } catch (error) {
    if (error instanceof DamagedLog) return error;
    throw error;
  }
  return new DamagedLog(intact);
}
