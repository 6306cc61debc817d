import { useEffect, useRef } from 'preact/hooks';

/** Seconds that an arrow moves. */
export const SEEK_STEP = 3;

interface Shortcuts {
  readonly speak: () => void;
  readonly stop: () => void;
  readonly toggle: () => void;
  readonly move: (seconds: number) => void;
  readonly goToText: () => void;
  readonly readings: () => void;
}

/** The page's keys, wherever the focus is; those that also type or press something only where they would not. */
export function useShortcuts(shortcuts: Shortcuts): void {
  // Those of the last drawing, however soon after it a key comes.
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const action = actionOf(event);
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    const actionOf = (event: KeyboardEvent): (() => void) | undefined => {
      const { speak, stop, toggle, move, goToText, readings } = latest.current;
      const { key, code, ctrlKey, metaKey, altKey } = event;
      if ((ctrlKey || metaKey) && key === 'Enter') return speak;
      if (key === 'Escape') return document.querySelector('dialog[open]') === null ? stop : undefined;
      if (altKey && code === 'KeyT') return goToText;
      if (altKey && code === 'KeyR') return readings;
      if (ctrlKey || metaKey || altKey || takesKeys(event.target)) return undefined;
      if (key === ' ') return toggle;
      if (key === 'ArrowLeft') return () => move(-SEEK_STEP);
      if (key === 'ArrowRight') return () => move(SEEK_STEP);
      return undefined;
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** Something that these keys work in themselves. */
function takesKeys(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, button, a, summary, audio, dialog, [role="tab"]') !== null
  );
}
