import { useEffect, useState } from 'preact/hooks';
import { fetchVoices, ServerError, type Voices } from './api.ts';
import { type Choice, plainChoice, toRequest } from './choice.ts';
import { About } from './parts/about.tsx';
import { Actions } from './parts/actions.tsx';
import { Mark } from './parts/icons.tsx';
import { Player } from './parts/player.tsx';
import { TextBox } from './parts/text-box.tsx';
import { VoicePanel } from './parts/voice-panel.tsx';
import { type Language, strings } from './strings.ts';
import { useLanguage } from './use-language.ts';
import { useSpeech } from './use-speech.ts';

export function App() {
  const [language, setLanguage] = useLanguage();
  const say = strings[language];
  const [text, setText] = useState('');
  const [choice, setChoice] = useState<Choice>();
  const { voices, problem, retry } = useVoices(language, ({ voices, default: name }) => {
    const voice = voices.find((one) => one.name === name) ?? voices[0];
    if (voice !== undefined) setChoice((before) => before ?? plainChoice(voice));
  });
  const { progress, speech, start, stop, fail } = useSpeech(language);
  const voice = voices?.voices.find(({ name }) => name === choice?.voice);

  const speak = () => {
    if (choice !== undefined && voice !== undefined) start(toRequest(text, choice, voice));
  };
  const warnings = speech?.answer.warnings ?? [];
  return (
    <>
      <header class="top">
        <Mark />
        <h1>{say.brand}</h1>
        <p>{say.tagline}</p>
        <button type="button" class="quiet" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {say.switchLanguage}
        </button>
      </header>
      <main>
        {problem !== undefined && (
          <div class="banner" role="alert">
            <span>{problem}</span>
            <button type="button" onClick={retry}>
              {say.retry}
            </button>
          </div>
        )}
        <form
          class="desk"
          onSubmit={(event) => {
            event.preventDefault();
            speak();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            speak();
          }}
        >
          <div class="card writing">
            <TextBox
              text={text}
              say={say}
              language={language}
              invalid={progress.state === 'failed' && progress.blamesText}
              onText={setText}
            />
            <Actions progress={progress} speech={speech} say={say} disabled={voice === undefined} onStop={stop} />
          </div>
          {voice !== undefined && choice !== undefined && voices !== undefined ? (
            <VoicePanel
              voices={voices.voices}
              voice={voice}
              choice={choice}
              say={say}
              language={language}
              onChoice={setChoice}
            />
          ) : (
            <div class="card panel" aria-busy={voices === undefined} />
          )}
          <section class="card result" aria-label={say.resultTitle}>
            <Player
              url={speech?.answer.audio_url}
              duration={speech?.answer.duration ?? 0}
              name={speech?.name ?? ''}
              say={say}
              onProblem={fail}
            />
            <p class="summary" role="status">
              {speech === undefined ? say.noResult : say.summary(speech.answer)}
              {warnings.length > 0 && <span class="skipped">{say.skipped}</span>}
              {[...new Set(warnings.map((warning) => warning.text))].map((skipped) => (
                <code key={skipped}>{skipped}</code>
              ))}
            </p>
          </section>
        </form>
        {voice !== undefined && <About voice={voice} say={say} />}
      </main>
    </>
  );
}

/** The server's voices, asked for once and again at `retry`. */
function useVoices(language: Language, onVoices: (voices: Voices) => void) {
  const [voices, setVoices] = useState<Voices>();
  const [problem, setProblem] = useState<string>();
  const load = () => {
    setProblem(undefined);
    fetchVoices(language).then(
      (found) => {
        setVoices(found);
        onVoices(found);
        if (found.voices.length === 0) setProblem(strings[language].noVoices);
      },
      (error: unknown) => setProblem(error instanceof ServerError ? error.message : strings[language].offline),
    );
  };
  useEffect(load, []);
  return { voices, problem, retry: load };
}
