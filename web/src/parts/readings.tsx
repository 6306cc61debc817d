import { useEffect, useRef, useState } from 'preact/hooks';
import { useSay } from '../say.ts';
import type { Words } from '../store/use-lexicon.ts';
import { withToneMark } from '../text/pinyin.ts';
import { type ReadWord, readsByCharacter, readWords } from '../text/read-words.ts';
import { messageOf } from './failure.tsx';
import { ReadingEditor } from './reading-editor.tsx';
import { useExplanation } from './use-explanation.ts';

interface ReadingsProps {
  readonly text: string;
  /** Its length in characters. */
  readonly count: number;
  /** Longest text that is spoken at once, when known. */
  readonly most: number | undefined;
  /** The server answers. */
  readonly usable: boolean;
  readonly voice: string;
  readonly words: Words;
  /** Says a word with these readings. */
  readonly onHear: (text: string, lexicon: Words) => Promise<void>;
  /** Keeps words, or throws and keeps none. */
  readonly onWord: (words: Words) => Promise<void>;
  readonly onForget: (word: string) => void;
}

/** The text with the reading above each word; a word that is chosen says why, and can be corrected. */
export function Readings({ text, count, most, usable, voice, words, onHear, onWord, onForget }: ReadingsProps) {
  const { say, language } = useSay();
  const { explanation, problem, longest } = useExplanation({ text, voice, words, most, usable });
  const [chosen, setChosen] = useState<number>();
  const sheet = useRef<HTMLParagraphElement>(null);
  // The form takes of the text's room.
  useEffect(
    () => sheet.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest' }),
    [chosen],
  );
  if (problem !== undefined) {
    return (
      <p class="empty" role="alert">
        {messageOf(problem, say, language)}
      </p>
    );
  }
  if (explanation === undefined) return <p class="empty">{text.trim() === '' ? say.readingsEmpty : ''}</p>;
  const read = readWords(explanation);
  const word = read.find(({ start, syllables }) => start === chosen && syllables.length > 0);
  return (
    <div class="readings">
      <p class="hint">
        {say.readingsHint} {count > longest && say.readingsFirst(longest)}
      </p>
      <p ref={sheet} class="ruby" lang="zh-CN">
        {unitsOf(read).map(([first, ...marks]) => (
          <span key={first.start} class="unit">
            {first.syllables.length === 0 ? (
              first.text
            ) : (
              <button
                type="button"
                aria-pressed={first.start === chosen}
                class={isOwn(first, words) ? 'own' : ''}
                onClick={() => setChosen(first.start === chosen ? undefined : first.start)}
              >
                <Ruby word={first} />
              </button>
            )}
            {marks.map(({ text }) => text)}
          </span>
        ))}
      </p>
      {word !== undefined && (
        <ReadingEditor
          key={`${word.start} ${word.text}`}
          word={word}
          words={words}
          onHear={onHear}
          onWord={onWord}
          onForget={onForget}
          onClose={() => {
            // Before it goes: the focus would go with the form.
            sheet.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
            setChosen(undefined);
          }}
        />
      )}
    </div>
  );
}

/** Words with the marks behind them, which no line begins with. */
function unitsOf(words: readonly ReadWord[]): [ReadWord, ...ReadWord[]][] {
  const units: [ReadWord, ...ReadWord[]][] = [];
  for (const word of words) {
    const mark = word.syllables.length === 0 && /^\S{1,3}$/u.test(word.text);
    if (mark && units.length > 0) units.at(-1)!.push(word);
    else units.push([word]);
  }
  return units;
}

/** A word of the person's: its syllables say so, or it is replaced, and they tell of what is read instead. */
function isOwn({ text, syllables }: ReadWord, words: Words): boolean {
  return Object.hasOwn(words, text) || syllables.some(({ by }) => by.startsWith('lexicon'));
}

/** A word with what is spoken above it: character by character where it is read so. */
function Ruby({ word }: { readonly word: ReadWord }) {
  const spoken = word.syllables.map(({ pinyin }) => withToneMark(pinyin));
  const parts = readsByCharacter(word)
    ? [...word.text].map((char, i) => [char, spoken[i]!])
    : [[word.text, spoken.join(' ')]];
  return (
    <>
      {parts.map(([base, above], i) => (
        <ruby key={i}>
          {base}
          <rt>{above}</rt>
        </ruby>
      ))}
    </>
  );
}
