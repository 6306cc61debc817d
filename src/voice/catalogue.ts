import type { VoiceSummary } from '../speech.ts';
import type { VoiceManifest } from './manifest.ts';
import { defaultVoice, findVoice, listVoices, type VoicePackage } from './registry.ts';
import { summarise } from './summary.ts';

/** How long a look at the folder is good for, in milliseconds: thousands of requests a second need not look each. */
const FRESH_MS = 100;

/** The voices of a folder, as they were a moment ago at most. */
export class VoiceCatalogue {
  private readonly folder: string;
  private packages: readonly VoicePackage[] = [];
  private listed: readonly VoiceSummary[] = [];
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string) {
    this.folder = folder;
  }

  summaries(): readonly VoiceSummary[] {
    this.look();
    return this.listed;
  }

  /** A voice by its name, or the default one. Throws what `findVoice` throws. */
  find(wanted: string | undefined): VoiceManifest {
    this.look();
    const name = wanted ?? defaultVoice(this.packages);
    const found = this.packages.find((each) => each.name === name);
    // What was not there a moment ago may be now, and if not, this says so.
    return found?.manifest ?? findVoice(this.folder, wanted).manifest;
  }

  private look(): void {
    const now = performance.now();
    if (now - this.lookedAt < FRESH_MS) return;
    this.lookedAt = now;
    this.packages = listVoices(this.folder);
    this.listed = this.packages.map(({ manifest }) => summarise(manifest));
  }
}
