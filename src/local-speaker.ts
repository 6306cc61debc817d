import { join } from 'node:path';
import { packageRoot } from './config/paths.ts';
import { LangduError } from './errors.ts';
import type {
  ExplainRequest,
  OutlinedSentence,
  Speaker,
  SpeakOptions,
  SpeechChunk,
  SpeechRequest,
  VoiceSummary,
} from './speech.ts';
import { outline, synthesize } from './synthesize.ts';
import { type Analyser, createAnalyser, readableLanguages } from './text/analyse.ts';
import { explainText } from './text/explain.ts';
import type { Explanation } from './text/explanation.ts';
import { parseLexicon } from './text/lexicon.ts';
import { inventoryLanguages } from './text/symbols/inventory.ts';
import { openVoice, type Voice } from './voice/open.ts';
import { findVoice, listVoices } from './voice/registry.ts';
import { summarise } from './voice/summary.ts';

/** Speaks in the calling thread: what the command line does, and what each worker does behind its thread. */
export class LocalSpeaker implements Speaker {
  private readonly folder: string;
  private readonly defaultVoice: string | undefined;
  private readonly opened = new Map<string, Voice>();
  private readonly analysers = new Map<string, Analyser>();

  /** `folder` holds the packages, by default those that ship; `defaultVoice` speaks requests that name none. */
  constructor(folder: string = join(packageRoot, 'voices'), defaultVoice?: string) {
    this.folder = folder;
    this.defaultVoice = defaultVoice;
  }

  voices(): readonly VoiceSummary[] {
    return listVoices(this.folder).map((voice) => summarise(voice.manifest));
  }

  /** Loads a voice and its text front end before the first request asks for them. */
  prepare(voice?: string): Voice {
    const opened = this.open(voice);
    if (opened.manifest.language !== 'bytes') this.analyser(opened);
    return opened;
  }

  async *speak(request: SpeechRequest, options?: SpeakOptions): AsyncGenerator<SpeechChunk> {
    const voice = this.open(request.voice);
    yield* synthesize(voice, this.analyser(voice), request, options);
  }

  async *outline(request: SpeechRequest): AsyncGenerator<OutlinedSentence> {
    yield* outline(this.analyser(this.open(request.voice)), request);
  }

  async explain({ text, voice, lexicon }: ExplainRequest): Promise<Explanation> {
    const options = lexicon === undefined ? {} : { lexicon: parseLexicon(lexicon) };
    return explainText(this.analyser(this.open(voice)), text, options);
  }

  async close(): Promise<void> {
    for (const voice of this.opened.values()) voice.close();
    this.opened.clear();
  }

  private open(wanted: string | undefined): Voice {
    const { folder, manifest } = findVoice(this.folder, wanted ?? this.defaultVoice);
    const known = this.opened.get(folder);
    // Another manifest means another package: imported again while we run. Who speaks with the old one may finish.
    if (known?.manifest === manifest) return known;
    const voice = openVoice(folder, manifest);
    this.opened.set(folder, voice);
    return voice;
  }

  private analyser(voice: Voice): Analyser {
    const { language, name } = voice.manifest;
    let analyser = this.analysers.get(language);
    if (analyser === undefined) {
      const inventory = inventoryLanguages.find((known) => known === language);
      if (inventory === undefined) {
        throw new LangduError('language_unsupported', { voice: name, language, supported: readableLanguages });
      }
      analyser = createAnalyser(inventory, name);
      this.analysers.set(language, analyser);
    }
    return analyser;
  }
}
