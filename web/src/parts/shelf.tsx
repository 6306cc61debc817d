import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useSay } from '../say.ts';

export const shelves = ['readings', 'history', 'jobs', 'lexicon'] as const;
export type ShelfName = (typeof shelves)[number];

interface ShelfProps {
  readonly open: ShelfName;
  /** Shown beside the names, where not zero. */
  readonly counts: Readonly<Partial<Record<ShelfName, number>>>;
  readonly onOpen: (name: ShelfName) => void;
  readonly children: ComponentChildren;
}

/** What is wanted now and then, one at a time, in a frame that stays as high as it is. */
export function Shelf({ open, counts, onOpen, children }: ShelfProps) {
  const { say } = useSay();
  const list = useRef<HTMLDivElement>(null);
  const move = (by: number) => {
    const next = shelves[(shelves.indexOf(open) + by + shelves.length) % shelves.length]!;
    onOpen(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <section class="card shelf" aria-label={say.shelf}>
      <div
        ref={list}
        role="tablist"
        aria-label={say.shelf}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
          event.preventDefault();
          move(event.key === 'ArrowLeft' ? -1 : 1);
        }}
      >
        {shelves.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === open}
            aria-controls="shelf"
            tabIndex={name === open ? 0 : -1}
            onClick={() => onOpen(name)}
          >
            {say[name]}
            {(counts[name] ?? 0) > 0 && <span class="badge">{counts[name]}</span>}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a panel without anything to focus could not be scrolled by keys */}
      <div id="shelf" role="tabpanel" aria-labelledby={`tab-${open}`} tabIndex={0}>
        {children}
      </div>
    </section>
  );
}
