import { DeskForm } from './desk/desk-form.tsx';
import { Shelves } from './desk/shelves.tsx';
import { useDesk } from './desk/use-desk.ts';
import { useLanguage } from './hooks/use-language.ts';
import { type ServerState, useServer } from './hooks/use-server.ts';
import { About } from './parts/about.tsx';
import { Header } from './parts/header.tsx';
import { Notices } from './parts/notices.tsx';
import { ServerPanel } from './parts/server-panel.tsx';
import { SayingContext } from './say.ts';
import { type Language, strings } from './strings.ts';

export function App() {
  const [language, setLanguage] = useLanguage();
  const server = useServer(language);
  return (
    <SayingContext.Provider value={{ language, say: strings[language] }}>
      <Header onLanguage={() => setLanguage(language === 'zh' ? 'en' : 'zh')} />
      <Notices server={server} />
      <Main server={server} language={language} />
    </SayingContext.Provider>
  );
}

/** Everything that works on the text: it is typed, spoken, heard, read and kept here. */
function Main({ server, language }: { readonly server: ServerState; readonly language: Language }) {
  const desk = useDesk(server, language);
  return (
    <main>
      <DeskForm desk={desk} server={server} />
      <div class="desk below">
        <Shelves desk={desk} usable={server.usable} />
        <ServerPanel server={server} />
      </div>
      {desk.voice !== undefined && <About voice={desk.voice} />}
    </main>
  );
}
