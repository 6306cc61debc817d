import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { SpokenRequest } from '../server/speech.ts';
import type { Take } from '../speech/take.ts';

export interface StoredTake extends Omit<Take, 'recording'> {
  readonly samples: Int16Array<ArrayBuffer>;
  readonly sampleRate: number;
}

interface Schema extends DBSchema {
  takes: { key: string; value: StoredTake; indexes: { at: number } };
  /** What jobs were asked to speak, by their ids. */
  orders: { key: string; value: SpokenRequest };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

/** What this browser keeps that is too large for its local storage. */
export function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('langdu', 2, {
    upgrade: (db, before) => {
      if (before < 1) db.createObjectStore('takes', { keyPath: 'id' }).createIndex('at', 'at');
      if (before < 2) db.createObjectStore('orders');
    },
    // A newer page in another tab waits for this.
    blocking: (_before, _after, event) => {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
  });
  return opened;
}
