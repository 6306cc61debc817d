const KEY = 'langdu-api-key';

/** The API key of this tab: it ends with the tab, and is never in an address or in what is kept. */
export function apiKey(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

export function setApiKey(key: string): void {
  sessionStorage.setItem(KEY, key);
}
