/** What this browser keeps for the page: over visits, or in this tab alone. */
type Place = 'localStorage' | 'sessionStorage';

/** Undefined where there is nothing, and where the browser keeps nothing (its cookies are blocked). */
export function stored(place: Place, key: string): string | undefined {
  try {
    return window[place].getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** False where it could not be kept, such as in a full store: the page works on, and forgets. */
export function store(place: Place, key: string, value: string): boolean {
  try {
    window[place].setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
