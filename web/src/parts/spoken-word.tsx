import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Player } from '../audio/player.ts';
import { usePosition } from '../hooks/use-position.ts';
import { type Take, wordAt } from '../speech/take.ts';

interface SpokenWordProps {
  readonly player: Player;
  readonly take: Take | undefined;
  readonly text: string;
  /** The field this lies behind, letter under letter. */
  readonly box: RefObject<HTMLTextAreaElement | null>;
}

/** What the style sheet knows the mark by. */
const MARK = 'spoken';

/**
 * Whoever works in the field is not taken from where they are: after these, for a while, it does not follow the word.
 */
const TOUCHES = ['pointerdown', 'wheel', 'touchmove', 'input'] as const;
const AT_WORK_MS = 3000;

/**
 * Marks the word that is heard: a field cannot mark words itself, so the same text lies behind it, unseen but for the
 * mark. That is a highlight over one text, which moves nothing; an element around the word would lay the text out anew
 * with every word.
 */
export function SpokenWord({ player, take, text, box }: SpokenWordProps) {
  const sheet = useRef<HTMLDivElement>(null);
  const touched = useRef(Number.NEGATIVE_INFINITY);
  const shown = take?.request.text === text;
  const word = usePosition(player, (seconds) => {
    const begun = seconds > 0 || !player.paused;
    return begun && !player.ended && shown ? wordAt(take, seconds) : undefined;
  });

  useEffect(() => {
    const field = box.current;
    if (field === null) return;
    const follow = () => {
      if (sheet.current !== null) sheet.current.scrollTop = field.scrollTop;
    };
    const touch = () => {
      touched.current = performance.now();
    };
    follow();
    field.addEventListener('scroll', follow);
    for (const name of TOUCHES) field.addEventListener(name, touch, { passive: true });
    return () => {
      field.removeEventListener('scroll', follow);
      for (const name of TOUCHES) field.removeEventListener(name, touch);
    };
    // What lies there begins at its top whenever it comes, and the field may be anywhere.
  }, [text, shown]);

  useEffect(() => {
    const content = sheet.current?.firstChild;
    // Not in every browser yet; without it the text is spoken unmarked.
    if (content == null || word === undefined || !('highlights' in CSS)) return;
    // The text was changed, and the word is still that of the drawing before.
    if (!shown) return;
    const range = new Range();
    range.setStart(content, word.start);
    range.setEnd(content, word.end);
    CSS.highlights.set(MARK, new Highlight(range));
    if (box.current !== null && performance.now() - touched.current > AT_WORK_MS) show(range, box.current);
    return () => void CSS.highlights.delete(MARK);
  }, [word, text]);

  return (
    <div ref={sheet} class="sheet" aria-hidden="true">
      {/* Only what can be heard: a book would be laid out twice with every key. A line break at the end has a line
          of its own in a field, and nowhere else. */}
      {shown && `${text}\n`}
    </div>
  );
}

/** Scrolls the field to the word. */
function show(word: Range, field: HTMLTextAreaElement): void {
  const { top, bottom } = word.getBoundingClientRect();
  const frame = field.getBoundingClientRect();
  if (top >= frame.top && bottom <= frame.bottom) return;
  field.scrollTop += top - frame.top - frame.height / 3;
}
