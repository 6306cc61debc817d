import { join } from 'node:path';
import { packageRoot } from './config/paths.ts';
import { Pace } from './engine/pace.ts';
import { Turns } from './engine/turns.ts';
import { utter } from './engine/utter.ts';
import type {
  ExplainRequest,
  OutlinedSentence,
  Speaker,
  SpeakOptions,
  SpeechChunk,
  SpeechRequest,
  VoiceSummary,
} from './speech.ts';
import { type Stages, synthesize } from './synthesize.ts';
import type { Analyser } from './text/analyse.ts';
import { Analysers, wordsOf } from './text/analysers.ts';
import { explainText } from './text/explain.ts';
import type { Explanation } from './text/explanation.ts';
import { outline } from './text/placed.ts';
import type { Voice } from './voice/open.ts';
import { listVoices } from './voice/registry.ts';
import { VoiceShelf } from './voice/shelf.ts';
import { summarise } from './voice/summary.ts';

/** Speaks in the calling thread: what the command line does, and what each worker does behind its thread. */
export class LocalSpeaker implements Speaker {
  private readonly folder: string;
  private readonly shelf: VoiceShelf;
  private readonly turns = new Turns();
  private readonly analysers = new Analysers();

  /** `folder` holds the packages, by default those that ship; `defaultVoice` speaks requests that name none. */
  constructor(folder: string = join(packageRoot, 'voices'), defaultVoice?: string) {
    this.folder = folder;
    this.shelf = new VoiceShelf(folder, defaultVoice);
  }

  voices(): readonly VoiceSummary[] {
    return listVoices(this.folder).map((voice) => summarise(voice.manifest));
  }

  /** Loads a voice and its text front end before the first request asks for them. */
  prepare(voice?: string): Voice {
    const opened = this.shelf.open(voice);
    if (opened.manifest.language !== 'bytes') this.analyser(opened);
    return opened;
  }

  async *speak(request: SpeechRequest, options: SpeakOptions = {}): AsyncGenerator<SpeechChunk> {
    options.onPlan?.({ cache: 'miss', startsInMs: 0 });
    yield* synthesize(this.stages(request.voice, options), request, options);
    options.onDone?.('miss');
  }

  async *outline(request: SpeechRequest): AsyncGenerator<OutlinedSentence> {
    yield* outline(this.stages(request.voice, {}), request);
  }

  async explain({ text, voice, lexicon }: ExplainRequest): Promise<Explanation> {
    return explainText(this.analyser(this.shelf.open(voice)), text, wordsOf(lexicon));
  }

  async close(): Promise<void> {
    this.shelf.close();
  }

  private stages(wanted: string | undefined, { lane = 'interactive', signal }: SpeakOptions): Stages {
    const voice = this.shelf.open(wanted);
    return {
      voice: voice.manifest,
      analyse: ({ text, lexicon }) => this.analyser(voice).sentences(text, wordsOf(lexicon)),
      utter: (utterance) => utter(voice, utterance, this.turns, new Pace(lane, signal)),
      ahead: 0,
    };
  }

  private analyser({ manifest }: Voice): Analyser {
    return this.analysers.of(manifest.language, manifest.name);
  }
}
