import { useEffect, useState } from 'preact/hooks';
import { store, stored } from '../store/storage.ts';
import { type Language, strings } from '../strings.ts';

const KEY = 'langdu-language';

/** Chinese, unless this browser was once switched to English; the document follows. */
export function useLanguage(): [Language, (language: Language) => void] {
  const [language, setLanguage] = useState<Language>(() => (stored('localStorage', KEY) === 'en' ? 'en' : 'zh'));
  useEffect(() => {
    store('localStorage', KEY, language);
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = strings[language].title;
  }, [language]);
  return [language, setLanguage];
}
