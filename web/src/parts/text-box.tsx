import { useEffect, useRef, useState } from 'preact/hooks';
import type { Player } from '../audio/player.ts';
import { useFileDrop } from '../hooks/use-file-drop.ts';
import { useSay } from '../say.ts';
import type { Take } from '../speech/take.ts';
import { examples } from '../strings/examples.ts';
import { readTextFile } from '../text/read-text-file.ts';
import { SpokenWord } from './spoken-word.tsx';

interface TextBoxProps {
  readonly text: string;
  /** Its length in characters. */
  readonly count: number;
  /** Longest text that is spoken at once, when known, and largest file that is opened, in bytes. */
  readonly most: number | undefined;
  readonly mostBytes: number;
  /** The last request failed for its text: put the person back into the text. */
  readonly invalid: boolean;
  readonly player: Player;
  readonly take: Take | undefined;
  readonly onText: (text: string) => void;
}

/** The text, typed, pasted, dropped or opened, with the word that is heard marked in it. */
export function TextBox({ text, count, most, mostBytes, invalid, player, take, onText }: TextBoxProps) {
  const { say, language } = useSay();
  const box = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    if (invalid) box.current?.focus();
  }, [invalid]);

  const open = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > mostBytes) {
      setProblem(say.fileTooLarge);
      return;
    }
    const content = await readTextFile(file);
    setProblem(content === undefined ? say.fileUnreadable : '');
    if (content !== undefined) onText(content);
  };
  const dropping = useFileDrop((file) => void open(file));
  return (
    <div class="text-box">
      <div class="over-text">
        <label for="text">{say.text}</label>
        <span id="count" class={most !== undefined && count > most ? 'count over' : 'count'}>
          {most !== undefined && count > most / 2 ? say.charactersOf(count, most) : say.characters(count)}
        </span>
      </div>
      <div class={dropping ? 'paper dropping' : 'paper'}>
        <SpokenWord player={player} take={take} text={text} box={box} />
        <textarea
          id="text"
          ref={box}
          value={text}
          placeholder={say.placeholder}
          lang="zh-CN"
          spellcheck={false}
          aria-invalid={invalid}
          aria-describedby="count status"
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </div>
      <div class="under-text">
        <fieldset class="examples">
          <legend>{say.examples}</legend>
          {examples.map((example) => (
            <button key={example.en} type="button" onClick={() => onText(example.text)}>
              {example[language]}
            </button>
          ))}
        </fieldset>
        <label class="button quiet file">
          {say.openFile}
          <input
            type="file"
            accept=".txt,text/plain"
            class="hidden"
            onChange={(event) => {
              void open(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <button
          type="button"
          class="quiet"
          disabled={text === ''}
          onClick={() => {
            onText('');
            box.current?.focus();
          }}
        >
          {say.clear}
        </button>
        <span role="status" class="problem">
          {problem}
        </span>
      </div>
    </div>
  );
}
