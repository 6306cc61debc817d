import { useRef } from 'preact/hooks';
import { useSay } from '../say.ts';

/** The list of keys, in a dialog of the browser's own: it keeps the focus, and Escape closes it. */
export function ShortcutsButton() {
  const { say } = useSay();
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="quiet" onClick={() => dialog.current?.showModal()}>
        {say.shortcuts}
      </button>
      <dialog ref={dialog} class="shortcuts" aria-labelledby="shortcuts-title">
        <h2 id="shortcuts-title">{say.shortcuts}</h2>
        <dl>
          {say.shortcutList.map(([keys, does]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <p>{say.shortcutNote}</p>
        <form method="dialog">
          <button type="submit">{say.close}</button>
        </form>
      </dialog>
    </>
  );
}
