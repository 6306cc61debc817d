import { store, stored } from '../store/storage.ts';

const KEY = 'langdu-api-key';
/** Where the browser keeps nothing, until the page is left. */
let unkept: string | undefined;

/** The API key of this tab: it ends with the tab, and is never in an address or in what is kept. */
export function apiKey(): string | undefined {
  return unkept ?? stored('sessionStorage', KEY);
}

export function setApiKey(key: string): void {
  unkept = store('sessionStorage', KEY, key) ? undefined : key;
}
