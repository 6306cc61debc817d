import { useEffect, useRef } from 'preact/hooks';
import { examples, type Language, type Strings } from '../strings.ts';

interface TextBoxProps {
  readonly text: string;
  readonly say: Strings;
  readonly language: Language;
  /** The last request failed for its text: put the person back into the text. */
  readonly invalid: boolean;
  readonly onText: (text: string) => void;
}

export function TextBox({ text, say, language, invalid, onText }: TextBoxProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (invalid) box.current?.focus();
  }, [invalid]);
  return (
    <div class="text-box">
      <label for="text">{say.text}</label>
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
      <div class="under-text">
        <fieldset class="examples">
          <legend>{say.examples}</legend>
          {examples.map((example) => (
            <button key={example.en} type="button" onClick={() => onText(example.text)}>
              {example[language]}
            </button>
          ))}
        </fieldset>
        <span id="count" class="count">
          {say.characters([...text].length)}
        </span>
      </div>
    </div>
  );
}
