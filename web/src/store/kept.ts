import { useState } from 'preact/hooks';

/** A value that survives a reload, under a key of this page; `initial` when there is none or it is damaged. */
export function useKept<T>(key: string, initial: T): [T, (value: T | ((before: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => read(key, initial));
  const keep = (next: T | ((before: T) => T)) => {
    setValue((before) => {
      const value = typeof next === 'function' ? (next as (before: T) => T)(before) : next;
      write(key, value);
      return value;
    });
  };
  return [value, keep];
}

function read<T>(key: string, initial: T): T {
  try {
    const stored = localStorage.getItem(`langdu-${key}`);
    return stored === null ? initial : (JSON.parse(stored) as T);
  } catch {
    return initial;
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(`langdu-${key}`, JSON.stringify(value));
  } catch {
    // A full store or a private window: the page works on, and forgets.
  }
}
