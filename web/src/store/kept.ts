import { useEffect, useRef, useState } from 'preact/hooks';
import { store, stored } from './storage.ts';

/**
 * A value of this tab that survives a reload, under a key of this page; `initial` when there is none or it is damaged.
 * Of several tabs each has its own, and the next one begins with what was set last.
 *
 * @param restMs how long it must rest before it is written: for what is large and changes with every key
 */
export function useKept<T>(key: string, initial: T, restMs = 0): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => readKept(key, initial));
  const unwritten = useRef<{ readonly value: T; readonly timer: ReturnType<typeof setTimeout> } | undefined>(undefined);
  const write = () => {
    if (unwritten.current === undefined) return;
    clearTimeout(unwritten.current.timer);
    writeKept(key, unwritten.current.value);
    unwritten.current = undefined;
  };
  useEffect(() => {
    addEventListener('pagehide', write);
    return () => {
      removeEventListener('pagehide', write);
      write();
    };
  }, []);
  const keep = (next: T) => {
    setValue(next);
    clearTimeout(unwritten.current?.timer);
    unwritten.current = { value: next, timer: setTimeout(write, restMs) };
    if (restMs === 0) write();
  };
  return [value, keep];
}

/** A value that all tabs share: each change begins with what the others have made of it, and is seen by them. */
export function useShared<T>(key: string, initial: T): [T, (change: (before: T) => T) => void] {
  const [value, setValue] = useState<T>(() => readKept(key, initial));
  /** What could not be written, and so is in this tab alone. */
  const own = useRef<{ readonly value: T } | undefined>(undefined);
  useEffect(() => {
    const look = (event: StorageEvent) => {
      if (event.key === nameOf(key) && own.current === undefined) setValue(readKept(key, initial));
    };
    addEventListener('storage', look);
    return () => removeEventListener('storage', look);
  }, []);
  const change = (next: (before: T) => T) => {
    const changed = next(own.current === undefined ? readKept(key, initial) : own.current.value);
    own.current = writeKept(key, changed) ? undefined : { value: changed };
    setValue(changed);
  };
  return [value, change];
}

function readKept<T>(key: string, initial: T): T {
  const text = stored('localStorage', nameOf(key));
  try {
    return text === undefined ? initial : (JSON.parse(text) as T);
  } catch {
    return initial;
  }
}

function writeKept(key: string, value: unknown): boolean {
  return store('localStorage', nameOf(key), JSON.stringify(value));
}

function nameOf(key: string): string {
  return `langdu-${key}`;
}
