import { useMemo, useState } from 'preact/hooks';
import { countCharacters } from '../../../src/text/characters.ts';
import { hush } from '../audio/one-sound.ts';
import { Player } from '../audio/player.ts';
import { type Choice, toRequest } from '../choice.ts';
import { useRetry } from '../hooks/use-retry.ts';
import type { ServerState } from '../hooks/use-server.ts';
import { useShortcuts } from '../hooks/use-shortcuts.ts';
import { useJobs } from '../jobs/use-jobs.ts';
import type { ShelfName } from '../parts/shelf.tsx';
import type { VoiceSummary } from '../server/read.ts';
import type { SpokenRequest } from '../server/speech.ts';
import type { FileFormat } from '../speech/save.ts';
import type { Take } from '../speech/take.ts';
import { usePreview } from '../speech/use-preview.ts';
import { useSpeech } from '../speech/use-speech.ts';
import { useKept } from '../store/kept.ts';
import { useHistory } from '../store/use-history.ts';
import { useLexicon, type Words } from '../store/use-lexicon.ts';
import type { Language } from '../strings.ts';
import { useChoice } from './use-choice.ts';

/** The text is written when typing rests so long: a book takes a while. */
const TEXT_REST_MS = 400;

/** A desk with all that lies on it, and what can be done there. */
export type Desk = ReturnType<typeof useDesk>;

/** The text, how it is to sound, and what has come of it; spoken, stopped, heard, made a job of. */
export function useDesk(server: ServerState, language: Language) {
  const state = useDeskState(server, language);
  const { player, text, setText, setChoice, setShelf, long, asked, lexicon, speech } = state;

  const makeJob = () => {
    if (asked === undefined) return;
    setShelf('jobs');
    void state.jobs.submit({ request: requestOf(asked, text, lexicon.words), format: state.jobFormat });
  };
  const speak = () => {
    if (long) makeJob();
    else if (asked !== undefined) {
      speech.start(requestOf(asked, text, lexicon.words), asked.choice, asked.voice.sampleRate);
    }
  };
  const stop = () => {
    speech.stop();
    hush();
  };
  /** Says a few words with these readings, beside what the page plays. */
  const hear = async (words: string, own: Words) => {
    if (asked !== undefined) await state.preview(requestOf(asked, words, own), asked.voice.sampleRate);
  };
  /** A take of before, heard again with its text and settings. */
  const recall = (take: Take) => {
    setText(take.request.text);
    if (server.voices?.voices.some(({ name }) => name === take.choice.voice)) setChoice(take.choice);
    speech.recall(take);
    void player.play();
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
  return { ...state, speak, stop, hear, recall, makeJob };
}

function useDeskState(server: ServerState, language: Language) {
  const player = useMemo(() => new Player(), []);
  const [text, setText] = useKept('text', '', TEXT_REST_MS);
  const [choice, setChoice] = useChoice(server);
  const [shelf, setShelf] = useState<ShelfName>('readings');
  const [jobFormat, setJobFormat] = useKept<FileFormat>('job-format', 'mp3');
  const limits = server.status?.limits;
  const history = useHistory();
  const lexicon = useLexicon(language, choice?.voice);
  const jobs = useJobs(language, server.usable && limits?.job_text != null);
  const preview = usePreview(language);
  const speech = useSpeech({
    player,
    language,
    onBegin: history.put,
    onDone: history.keep,
    onBroken: (take) => (take.recording.length > 0 ? history.keep(take) : history.forget([take.id])),
  });
  useRetry(server, speech.progress);

  const count = useMemo(() => countCharacters(text), [text]);
  const voice = server.voices?.voices.find(({ name }) => name === choice?.voice);
  return {
    player,
    text,
    setText,
    /** Characters of the text. */
    count,
    /** It is too long to be spoken at once. */
    long: limits?.job_text != null && count > limits.text,
    limits,
    choice,
    setChoice,
    voice,
    /** Undefined until the server's voices are known. */
    asked: choice === undefined || voice === undefined ? undefined : ({ choice, voice } satisfies Asked),
    shelf,
    setShelf,
    jobFormat,
    setJobFormat,
    history,
    lexicon,
    jobs,
    preview,
    speech,
  };
}

/** Who speaks, and how. */
interface Asked {
  readonly choice: Choice;
  readonly voice: VoiceSummary;
}

function requestOf({ choice, voice }: Asked, text: string, own: Words): SpokenRequest {
  const lexicon = Object.keys(own).length === 0 ? {} : { lexicon: { ...own } };
  return { ...toRequest(text, choice, voice), ...lexicon };
}
