import { useEffect, useMemo, useState } from 'preact/hooks';
import { hush } from './audio/one-sound.ts';
import { Player } from './audio/player.ts';
import { type Choice, plainChoice, toRequest } from './choice.ts';
import { useLanguage } from './hooks/use-language.ts';
import { useRetry } from './hooks/use-retry.ts';
import { type ServerState, useServer } from './hooks/use-server.ts';
import { useShortcuts } from './hooks/use-shortcuts.ts';
import { useJobs } from './jobs/use-jobs.ts';
import { About } from './parts/about.tsx';
import { Actions } from './parts/actions.tsx';
import { Header } from './parts/header.tsx';
import { HistoryList } from './parts/history-list.tsx';
import { JobList } from './parts/job-list.tsx';
import { LexiconList } from './parts/lexicon-list.tsx';
import { Notices } from './parts/notices.tsx';
import { PlayerCard } from './parts/player-card.tsx';
import { Readings } from './parts/readings.tsx';
import { ServerPanel } from './parts/server-panel.tsx';
import { Shelf, type ShelfName } from './parts/shelf.tsx';
import { TextBox } from './parts/text-box.tsx';
import { VoicePanel } from './parts/voice-panel.tsx';
import { SayingContext } from './say.ts';
import type { FileFormat } from './speech/save.ts';
import { usePreview } from './speech/use-preview.ts';
import { blamesText, useSpeech } from './speech/use-speech.ts';
import { useKept } from './store/kept.ts';
import { useHistory } from './store/use-history.ts';
import { useLexicon, type Words } from './store/use-lexicon.ts';
import { strings } from './strings.ts';
import { countCharacters } from './text/count.ts';

/** The text is written when typing rests so long: a book takes a while. */
const TEXT_REST_MS = 400;
/** What a character of a file takes at most, also where it is spelled out; and the longest text until the server has told of its limit. */
const CHARACTER_BYTES = 12;
const UNKNOWN_CHARACTERS = 2_000_000;

export function App() {
  const [language, setLanguage] = useLanguage();
  const server = useServer(language);
  return (
    <SayingContext.Provider value={{ language, say: strings[language] }}>
      <Header onLanguage={() => setLanguage(language === 'zh' ? 'en' : 'zh')} />
      <Notices server={server} />
      <Desk server={server} language={language} />
    </SayingContext.Provider>
  );
}

/** Everything that works on the text: it is typed, spoken, heard, read and kept here. */
function Desk({ server, language }: { readonly server: ServerState; readonly language: keyof typeof strings }) {
  const player = useMemo(() => new Player(), []);
  const [text, setText] = useKept('text', '', TEXT_REST_MS);
  const [choice, setChoice] = useChoice(server);
  const [shelf, setShelf] = useState<ShelfName>('readings');
  const [jobFormat, setJobFormat] = useKept<FileFormat>('job-format', 'mp3');
  const history = useHistory();
  const lexicon = useLexicon(language, choice?.voice);
  const jobs = useJobs(language, server.usable && server.status?.limits.job_text != null);
  const preview = usePreview(language);
  const speech = useSpeech({
    player,
    language,
    onBegin: history.put,
    onDone: history.keep,
    onBroken: (take) => (take.recording.length > 0 ? history.keep(take) : history.forget([take.id])),
  });
  const { progress, take } = speech;
  useRetry(server, progress);

  const voice = server.voices?.voices.find(({ name }) => name === choice?.voice);
  const limits = server.status?.limits;
  const count = useMemo(() => countCharacters(text), [text]);
  const long = limits?.job_text != null && count > limits.text;
  const makeJob = () => {
    if (choice === undefined || voice === undefined) return;
    setShelf('jobs');
    const request = { ...toRequest(text, choice, voice), ...ownWords(lexicon.words) };
    void jobs.submit({ request, format: jobFormat });
  };
  const speak = () => {
    if (long) makeJob();
    else if (choice !== undefined && voice !== undefined) speech.start(text, choice, voice, lexicon.words);
  };
  const stop = () => {
    speech.stop();
    hush();
  };
  const hear = async (words: string, own: Words) => {
    if (choice === undefined || voice === undefined) return;
    await preview({ ...toRequest(words, choice, voice), ...ownWords(own) }, voice.sampleRate);
  };
  useShortcuts({
    speak,
    stop,
    toggle: () => (player.paused ? void player.play() : player.pause()),
    move: (seconds) => {
      player.currentTime += seconds;
    },
    goToText: () => document.getElementById('text')?.focus(),
    readings: () => {
      setShelf('readings');
      document.getElementById('tab-readings')?.focus();
    },
  });

  return (
    <main>
      <form
        class="desk"
        id="desk"
        onSubmit={(event) => {
          event.preventDefault();
          speak();
        }}
      >
        <div class="card writing">
          <TextBox
            text={text}
            count={count}
            most={limits?.text}
            mostBytes={CHARACTER_BYTES * (limits?.job_text ?? limits?.text ?? UNKNOWN_CHARACTERS)}
            invalid={progress.state === 'failed' && blamesText(progress.error)}
            player={player}
            take={take}
            onText={setText}
          />
          <Actions
            progress={progress}
            take={take}
            disabled={voice === undefined}
            long={long}
            ordering={jobs.busy}
            onJob={limits?.job_text == null ? undefined : makeJob}
            onStop={stop}
          />
        </div>
        <PlayerCard player={player} take={take} />
        {voice !== undefined && choice !== undefined && server.voices !== undefined ? (
          <VoicePanel voices={server.voices.voices} voice={voice} choice={choice} onChoice={setChoice} />
        ) : (
          <div class="card panel" aria-busy={server.voices === undefined} />
        )}
      </form>
      <div class="desk below">
        <Shelf
          open={shelf}
          counts={{
            history: history.takes?.length ?? 0,
            jobs: jobs.kept.length,
            lexicon: Object.keys(lexicon.words).length,
          }}
          onOpen={setShelf}
        >
          {shelf === 'readings' && (
            <Readings
              text={text}
              count={count}
              most={limits?.text}
              usable={server.usable}
              voice={choice?.voice ?? ''}
              words={lexicon.words}
              onHear={hear}
              onWord={lexicon.add}
              onForget={lexicon.remove}
            />
          )}
          {shelf === 'history' && (
            <HistoryList
              takes={history.takes}
              current={take?.id}
              onRecall={(recalled) => {
                setText(recalled.request.text);
                if (server.voices?.voices.some(({ name }) => name === recalled.choice.voice))
                  setChoice(recalled.choice);
                speech.recall(recalled);
                void player.play();
              }}
              onForget={history.forget}
            />
          )}
          {shelf === 'jobs' && (
            <JobList
              jobs={jobs}
              offered={limits === undefined ? undefined : limits.job_text !== null}
              format={jobFormat}
              onFormat={setJobFormat}
            />
          )}
          {shelf === 'lexicon' && <LexiconList lexicon={lexicon} />}
        </Shelf>
        <ServerPanel server={server} />
      </div>
      {voice !== undefined && <About voice={voice} />}
    </main>
  );
}

function ownWords(words: Words) {
  return Object.keys(words).length === 0 ? {} : { lexicon: { ...words } };
}

/** What was last chosen, as long as the server has that voice; else its default voice as it is. */
function useChoice({ voices }: ServerState): [Choice | undefined, (choice: Choice) => void] {
  const [choice, setChoice] = useKept<Choice | undefined>('choice', undefined);
  useEffect(() => {
    if (voices === undefined || voices.voices.some(({ name }) => name === choice?.voice)) return;
    const voice = voices.voices.find(({ name }) => name === voices.default) ?? voices.voices[0];
    if (voice !== undefined) setChoice(plainChoice(voice));
  }, [voices]);
  return [choice, setChoice];
}
