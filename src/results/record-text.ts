import type { ResultStore } from './store.ts';

/** A text into a result of its own, in UTF-8; its name. Nothing is left when it fails. Throws `storage_failed`. */
export async function recordText(text: string, extension: string, store: ResultStore): Promise<string> {
  const pending = await store.create({ extension });
  try {
    await pending.append(Buffer.from(text));
    await pending.commit();
    return pending.name;
  } finally {
    await pending.abort();
  }
}
