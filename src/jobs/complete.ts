import { formats, lossless } from '../audio/formats.ts';
import { LangduError } from '../errors.ts';
import type { ResultStore } from '../results/store.ts';
import type { JobDriver } from './driver.ts';
import { LogEncoder } from './encode.ts';
import { type Holder, Lost } from './holder.ts';
import type { Job, JobAudio, JobRequest } from './job.ts';
import type { LogStore } from './log/store.ts';
import { walk } from './log/walk.ts';
import { TimingsWriter } from './timings.ts';

export interface CompleteParts {
  readonly driver: JobDriver;
  readonly logs: LogStore;
  readonly results: ResultStore;
  /** The process is to end: what is half made is dropped, and made by whoever has the job next. */
  readonly stop: AbortSignal;
}

/**
 * Makes the audio of a job whose sentences are all spoken, and ends the job. The result's name is written into the job
 * before the result exists: a process that dies between completing the result and saying so leaves a job whose next
 * holder finds the result there, and makes none twice. Throws `DamagedLog`, `Lost`, `shutting_down`,
 * or what storing throws.
 */
export async function complete(holder: Holder, request: JobRequest, parts: CompleteParts): Promise<void> {
  const { id } = holder.job;
  await keepTimings(holder, parts);
  const audio = (await completed(holder, parts.results)) ?? (await make(holder, request, parts));
  try {
    await holder.finish(audio);
  } catch (error) {
    // Whoever has the job now makes its own; unless it was we who finished it, by a command that came through
    // unanswered.
    if (error instanceof Lost && (await parts.driver.get(id))?.audio?.name !== audio.name) {
      await parts.results.remove(audio.name);
    }
    throw error;
  }
  await parts.logs.removeLog(id);
}

/** The audio a lost holder completed. */
async function completed(holder: Holder, results: ResultStore): Promise<JobAudio | undefined> {
  const { reserved } = holder.job;
  const there = reserved === undefined ? undefined : await results.open(reserved.name);
  if (reserved === undefined || there === undefined) return undefined;
  await there.close();
  return { ...reserved, bytes: there.size };
}

async function make(holder: Holder, request: JobRequest, { logs, results, stop }: CompleteParts): Promise<JobAudio> {
  const { extension } = formats[request.output.format ?? 'wav'];
  const encoder = new LogEncoder(request.output);
  const result = await results.create({ extension, durable: true, expectedBytes: expectedBytes(holder.job, request) });
  let bytes = 0;
  const append = async (piece: Uint8Array): Promise<void> => {
    if (piece.length === 0) return;
    if (holder.lost.aborted) throw new Lost();
    if (stop.aborted) throw new LangduError('shutting_down');
    await result.append(piece);
    bytes += piece.length;
  };
  try {
    for await (const { record } of walk(logs, holder.job.id, holder.job.progress)) {
      for await (const piece of encoder.encode(record)) await append(piece);
    }
    const end = encoder.end();
    await append(end.bytes);
    // Of what was written: silence that was trimmed is in the sentences, not in the audio.
    const reserved = { name: result.name, sampleRate: encoder.sampleRate, seconds: encoder.seconds };
    await holder.note({ reserved }, true);
    await result.commit(end.head);
    return { ...reserved, bytes };
  } finally {
    await result.abort();
    encoder.close();
  }
}

/** About how large the audio will be; 0 where a format has no rate of bits that was asked for. */
function expectedBytes({ progress }: Job, { output }: JobRequest): number {
  const { format = 'wav', sampleRate, bitrate } = output;
  if (bitrate !== undefined) return (progress.seconds * bitrate * 1000) / 8;
  if (!lossless.includes(format)) return 0;
  // Two bytes a sample; the log has four, at the voice's own rate.
  return sampleRate === undefined ? progress.bytes / 2 : 2 * progress.seconds * sampleRate;
}

/** What is known of the audio beside its samples outlives the log. */
async function keepTimings(holder: Holder, { logs, stop }: CompleteParts): Promise<void> {
  const writer = new TimingsWriter();
  for await (const { record } of walk(logs, holder.job.id, holder.job.progress)) {
    if (stop.aborted) throw new LangduError('shutting_down');
    await writer.add(record);
  }
  await logs.keep(holder.job.id, await writer.end());
}
