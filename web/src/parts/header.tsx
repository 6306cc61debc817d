import { useSay } from '../say.ts';
import { Mark } from './icons.tsx';
import { ShortcutsButton } from './shortcuts-button.tsx';

export function Header({ onLanguage }: { readonly onLanguage: () => void }) {
  const { say } = useSay();
  return (
    <header class="top">
      <Mark />
      <h1>{say.brand}</h1>
      <p>{say.tagline}</p>
      <ShortcutsButton />
      <button type="button" class="quiet" onClick={onLanguage}>
        {say.switchLanguage}
      </button>
    </header>
  );
}
