import { LangduError } from '../errors.ts';
import { packageHash } from './manifest.ts';
import { openVoice, type Voice } from './open.ts';
import { findVoice } from './registry.ts';

/** The voices a thread has open: each is loaded when it is first asked for, and again when its package has changed. */
export class VoiceShelf {
  private readonly folder: string;
  private readonly defaultVoice: string | undefined;
  private readonly opened = new Map<string, Voice>();

  /** `folder` holds the packages; `defaultVoice` is meant where none is named. */
  constructor(folder: string, defaultVoice?: string) {
    this.folder = folder;
    this.defaultVoice = defaultVoice;
  }

  /** A voice as it is on disk now. Throws `voice_unknown`, `voice_broken`. */
  open(wanted?: string): Voice {
    const { folder, manifest } = findVoice(this.folder, wanted ?? this.defaultVoice);
    const known = this.opened.get(folder);
    // Another manifest means another package: imported again while we run. Who speaks with the old one may finish.
    if (known?.manifest === manifest) return known;
    const voice = openVoice(folder, manifest);
    this.opened.set(folder, voice);
    return voice;
  }

  /** The voice whose package has this hash. Throws `voice_changed` when it has been replaced since. */
  openExactly(name: string, hash: string): Voice {
    for (const voice of this.opened.values()) if (voice.hash === hash) return voice;
    const voice = this.open(name);
    if (packageHash(voice.manifest) !== hash) throw new LangduError('voice_changed', { voice: name });
    return voice;
  }

  close(): void {
    for (const voice of this.opened.values()) voice.close();
    this.opened.clear();
  }
}
