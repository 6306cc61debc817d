import { Recording } from '../audio/recording.ts';
import type { Take } from '../speech/take.ts';
import { database } from './database.ts';

/** What is kept at most: takes, and bytes of their audio. */
const MOST = 50;
const MOST_BYTES = 100_000_000;

/** The takes that are kept, the newest first. */
export async function readTakes(): Promise<Take[]> {
  const stored = await (await database()).getAllFromIndex('takes', 'at');
  return stored.reverse().map(({ samples, sampleRate, ...take }) => ({
    ...take,
    recording: new Recording(sampleRate, samples),
  }));
}

export async function writeTake({ recording, ...take }: Take): Promise<void> {
  const { samples, sampleRate } = recording;
  await (await database()).put('takes', { ...take, samples: samples.slice(), sampleRate });
}

export async function forgetTakes(ids: readonly string[]): Promise<void> {
  const transaction = (await database()).transaction('takes', 'readwrite');
  await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done]);
}

/** Splits takes, the newest first, into those to keep and those beyond the bounds. */
export function bounded(takes: readonly Take[]): { readonly kept: Take[]; readonly beyond: Take[] } {
  let bytes = 0;
  const kept: Take[] = [];
  const beyond: Take[] = [];
  for (const take of takes) {
    bytes += 2 * take.recording.length;
    // The newest stays, however long it is.
    if (kept.length === 0 || (kept.length < MOST && bytes <= MOST_BYTES)) kept.push(take);
    else beyond.push(take);
  }
  return { kept, beyond };
}
