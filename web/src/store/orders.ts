import type { SpokenRequest } from '../server/speech.ts';
import { database } from './database.ts';

/** Keeps what a job was asked to speak, so that one that did not come to its end can be asked for again. */
export async function writeOrder(id: string, request: SpokenRequest): Promise<void> {
  await (await database()).put('orders', request, id);
}

export async function readOrder(id: string): Promise<SpokenRequest | undefined> {
  return (await database()).get('orders', id);
}

export async function forgetOrder(id: string): Promise<void> {
  await (await database()).delete('orders', id);
}
