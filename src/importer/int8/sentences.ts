import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTogether, openLane } from '../../acoustic/decode.ts';
import { encode } from '../../acoustic/encode.ts';
import { Postnet } from '../../acoustic/postnet.ts';
import { regulate } from '../../acoustic/regulate.ts';
import { packageRoot } from '../../config/paths.ts';
import type { Voice } from '../../voice/open.ts';
import { encodeSymbols, type TokenFields } from '../../voice/symbol-ids.ts';

/**
 * What the sentences of an int8 import are spoken for, as data/calibration.txt calls it; each has sentences of its own.
 */
export type Purpose = 'ranges' | 'choice' | 'record';

/** Fields of data/calibration.txt's tokens; what a voice has besides is emotion and speaker. */
const FIELDS = ['sy', 'tone', 'syllable_flag', 'word_segment'];
/** Tokens and number of a purpose's lines for a voice with other symbols. */
const LINE_TOKENS = 24;
const LINES: Readonly<Record<Purpose, number>> = { ranges: 6, choice: 3, record: 3 };

/** Frames `[n, mels]` of one sentence. */
export type Mel = Float32Array;

/** Sentences of ours as the voice itself speaks them, its emotions and speakers in turn. */
export function speakSentences(voice: Voice, purpose: Purpose): Mel[] {
  return sentenceTokens(voice, purpose).map((line) => acousticFrames(voice, line));
}

/** A line through the acoustic model as trained. */
export function acousticFrames(voice: Voice, line: readonly TokenFields[]): Mel {
  const { acoustic, manifest } = voice;
  const length = line.length;
  const encoded = encode(acoustic, {
    ids: encodeSymbols(manifest, line),
    length,
    intensity: new Float32Array(length).fill(1),
    pitch: { scale: 1, offset: 0 },
  });
  const regulated = regulate(encoded, acoustic.spec, 1);
  const [decoded] = decodeTogether(acoustic, [openLane(acoustic, regulated)], regulated.steps);
  return new Postnet(acoustic).push(decoded!.slice(0, regulated.frames * acoustic.spec.mels), true);
}

/** The sentences in the voice's symbols; of one whose tables lack any of theirs, lines of its own. */
export function sentenceTokens(voice: Voice, purpose: Purpose): TokenFields[][] {
  const { emotions, speakers, symbols } = voice.manifest;
  const all = readSentences();
  const knows = (symbol: readonly string[]) =>
    FIELDS.every((field, index) => symbols.tables[field]?.includes(symbol[index]!) ?? true);
  const isKnown = [...all.values()].every((lines) => lines.every((line) => line.every(knows)));
  const first = { ranges: 0, choice: LINES.ranges, record: LINES.ranges + LINES.choice }[purpose];
  return Array.from({ length: LINES[purpose] }, (_, index) => {
    const turn = first + index;
    const emotion = `emotion_${emotions[turn % emotions.length]}`;
    const speaker = speakers[turn % speakers.length]!;
    if (!isKnown) return symbolLine(voice, emotion, speaker, turn);
    return all.get(purpose)![index]!.map((symbol) => withVoice(voice, symbol, emotion, speaker));
  });
}

function withVoice(voice: Voice, symbol: readonly string[], emotion: string, speaker: string): TokenFields {
  return voice.manifest.symbols.fields.map((field) => {
    if (field === 'emo_category') return symbol[0]!.startsWith('#') ? 'emotion_none' : emotion;
    if (field === 'speaker_category') return speaker;
    return symbol[FIELDS.indexOf(field)]!;
  });
}

/** Purpose → sentences → symbols → fields. */
function readSentences(): Map<Purpose, string[][][]> {
  const sentences = new Map<Purpose, string[][][]>();
  let current: string[][][] = [];
  for (const line of readFileSync(join(packageRoot, 'data', 'calibration.txt'), 'utf8').split('\n')) {
    const purpose = /^\[(\w+)\]$/.exec(line)?.[1];
    if (purpose !== undefined) {
      current = [];
      sentences.set(purpose as Purpose, current);
    } else if (line !== '' && !line.startsWith('# ')) {
      current.push(line.split(' ').map((symbol) => symbol.split('$')));
    }
  }
  return sentences;
}

/** Names of each table in an order that meets many of them. */
function symbolLine(voice: Voice, emotion: string, speaker: string, turn: number): TokenFields[] {
  const { fields, tables } = voice.manifest.symbols;
  return Array.from({ length: LINE_TOKENS }, (_, position) =>
    fields.map((field) => {
      if (field === 'emo_category') return emotion;
      if (field === 'speaker_category') return speaker;
      const names = tables[field]!.filter((name) => name !== '_' && name !== '~' && name !== '@[MASK]');
      return names[((turn * LINE_TOKENS + position) * 7) % names.length]!;
    }),
  );
}
