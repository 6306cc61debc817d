import { useState } from 'preact/hooks';
import { useSay } from '../say.ts';
import { saveBlob } from '../speech/save.ts';
import { fromLexiconFile, toLexiconFile, type useLexicon, type Words } from '../store/use-lexicon.ts';
import { readTextFile } from '../text/read-text-file.ts';
import { messageOf } from './failure.tsx';
import { RemoveIcon } from './icons.tsx';

/** The largest lexicon file that is read, in bytes: far more than a thousand words. */
const MOST_BYTES = 1_000_000;

/** The person's own readings: added, removed, and as a lexicon file in and out. */
export function LexiconList({ lexicon }: { readonly lexicon: ReturnType<typeof useLexicon> }) {
  const { say, language } = useSay();
  const [word, setWord] = useState('');
  const [value, setValue] = useState('');
  const [problem, setProblem] = useState('');
  const entries = Object.entries(lexicon.words);

  const keep = async (words: Words): Promise<boolean> => {
    setProblem('');
    try {
      await lexicon.add(words);
      return true;
    } catch (error) {
      setProblem(messageOf(error, say, language));
      return false;
    }
  };
  const add = async () => {
    if (!(await keep({ [word.trim()]: value.trim() }))) return;
    setWord('');
    setValue('');
  };
  const load = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > MOST_BYTES) return setProblem(say.fileTooLarge);
    const text = await readTextFile(file);
    if (text === undefined) return setProblem(say.fileUnreadable);
    await keep(fromLexiconFile(text));
  };
  return (
    <>
      <form
        class="row-start"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          aria-label={say.readingWord}
          placeholder={say.readingWord}
          value={word}
          required
          lang="zh-CN"
          onInput={(event) => setWord(event.currentTarget.value)}
        />
        <input
          aria-label={say.readingField}
          placeholder="a1 li3"
          value={value}
          required
          title={say.readingHow}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
        <button type="submit">{say.lexiconAdd}</button>
        <span class="spring" />
        <label class="button quiet file">
          {say.lexiconImport}
          <input
            type="file"
            accept=".txt,.tsv,text/plain"
            class="hidden"
            onChange={(event) => {
              void load(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <button
          type="button"
          class="quiet"
          disabled={entries.length === 0}
          onClick={() => saveBlob(new Blob([toLexiconFile(lexicon.words)], { type: 'text/plain' }), 'lexicon.txt')}
        >
          {say.lexiconExport}
        </button>
      </form>
      <p role="status" class="problem">
        {problem}
      </p>
      {entries.length === 0 ? (
        <p class="empty">{say.lexiconEmpty}</p>
      ) : (
        <ul class="rows words" aria-label={say.lexiconTitle}>
          {entries.map(([each, reading]) => (
            <li key={each}>
              <span class="row-title" lang="zh-CN">
                {each}
              </span>
              <code>{reading}</code>
              <button
                type="button"
                class="icon"
                aria-label={say.removeNamed(each)}
                onClick={() => lexicon.remove(each)}
              >
                <RemoveIcon />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
