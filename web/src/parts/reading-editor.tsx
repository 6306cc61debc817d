import { useState } from 'preact/hooks';
import { useSay } from '../say.ts';
import type { Words } from '../store/use-lexicon.ts';
import { reasonOf } from '../strings/reasons.ts';
import { withToneMark } from '../text/pinyin.ts';
import { type ReadWord, readsByCharacter } from '../text/read-words.ts';
import { messageOf } from './failure.tsx';

interface ReadingEditorProps {
  readonly word: ReadWord;
  readonly words: Words;
  /** Says a word with these readings. */
  readonly onHear: (text: string, lexicon: Words) => Promise<void>;
  /** Keeps words, or throws and keeps none. */
  readonly onWord: (words: Words) => Promise<void>;
  readonly onForget: (word: string) => void;
  readonly onClose: () => void;
}

/** Why a word is read so, syllable by syllable, and the form that corrects it. */
export function ReadingEditor({ word, words, onHear, onWord, onForget, onClose }: ReadingEditorProps) {
  const { say, language } = useSay();
  const [written, setWritten] = useState(word.text);
  const [value, setValue] = useState(words[word.text] ?? lexiconValue(word));
  const [problem, setProblem] = useState('');
  const [saved, setSaved] = useState(false);
  const lexicon = { ...words, [written.trim()]: value.trim() };

  const save = async () => {
    try {
      await onWord({ [written.trim()]: value.trim() });
      setProblem('');
      setSaved(true);
    } catch (error) {
      setProblem(messageOf(error, say, language));
    }
  };
  const hear = () => {
    setProblem('');
    onHear(written, lexicon).catch((error: unknown) => setProblem(messageOf(error, say, language)));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it from whichever field has the focus
    <div
      class="editor"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{say.readingOf(word.text)}</th>
            <th scope="col">{say.beforeSandhi}</th>
            <th scope="col">{say.surface}</th>
            <th scope="col">{say.decidedBy}</th>
          </tr>
        </thead>
        <tbody>
          {word.syllables.map(({ char, reading, pinyin, by }, i) => (
            <tr key={i}>
              <th scope="row">{char}</th>
              <td>{withToneMark(reading)}</td>
              <td>{withToneMark(pinyin)}</td>
              <td>
                <span title={by}>{reasonOf(by, language)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label>
          {say.readingWord}
          <input value={written} required onInput={(event) => setWritten(event.currentTarget.value)} />
        </label>
        <label class="wide">
          {say.readingField}
          <input
            value={value}
            required
            autocapitalize="off"
            spellcheck={false}
            aria-describedby="reading-how"
            lang="zh-Latn-pinyin"
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        </label>
        <button type="button" onClick={hear}>
          {say.readingHear}
        </button>
        <button type="submit">{say.readingSave}</button>
        {words[word.text] !== undefined && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              onForget(word.text);
              setValue(lexiconValue(word));
              setSaved(false);
            }}
          >
            {say.readingUndo}
          </button>
        )}
      </form>
      <p id="reading-how" role="status" class={problem !== '' ? 'problem' : saved ? 'saved' : ''}>
        {problem !== '' ? problem : saved ? say.saved : say.readingHow}
      </p>
    </div>
  );
}

/** What a lexicon would say of a word that is read as this one is. */
function lexiconValue(word: ReadWord): string {
  return readsByCharacter(word) ? word.syllables.map(({ reading }) => reading).join(' ') : `=${word.text}`;
}
