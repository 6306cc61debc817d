import { LangduError } from '../errors.ts';
import { edit, restore } from './edit.ts';
import type { Lexicon } from './lexicon.ts';
import { normalize } from './normalize/normalize.ts';
import type { SpokenToken } from './normalize/token.ts';
import { pronounce } from './pronounce/pronounce.ts';
import { placeBreaks } from './prosody/breaks.ts';
import { divide } from './prosody/divide.ts';
import { type Group, groupWords } from './prosody/group.ts';
import { applySandhi } from './prosody/sandhi.ts';
import { segment } from './segment/segment.ts';
import type { Sentence, Span, TextWarning } from './sentence.ts';
import { sentences } from './sentences.ts';
import { type InventoryLanguage, inventoryLanguages, loadInventory } from './symbols/inventory.ts';
import { PhoneTable } from './symbols/phones.ts';
import { toSymbols } from './symbols/symbols.ts';

/** A sentence, and what in it could not be said. One without symbols holds nothing that can. */
export interface Analysed {
  readonly sentence: Sentence;
  readonly warnings: readonly TextWarning[];
}

export interface TextOptions {
  /** The user's words, see `parseLexicon`. */
  readonly lexicon?: Lexicon | undefined;
}

export interface Analyser {
  /**
   * The sentences of a text in order, analysed as they are asked for. Every character but white space is in exactly
   * one. Nothing is yielded for an empty text; never throws. `字{pin1}` gives a reading; a lexicon of the call has its
   * say before that of the analyser.
   */
  sentences(text: string, options?: TextOptions): Generator<Analysed>;
}

/** Languages whose text we can read; the other inventories are for symbol lines. */
export const readableLanguages: readonly InventoryLanguage[] = ['PinYin', 'Sichuan'];

/** The inventory of a voice's language. Throws `language_unsupported` where there is none. */
export function inventoryOf(language: string, voice: string): InventoryLanguage {
  const inventory = inventoryLanguages.find((known) => known === language);
  if (inventory !== undefined) return inventory;
  throw new LangduError('language_unsupported', { voice, language, supported: readableLanguages });
}

/** The text front end of an inventory. Throws `language_unsupported` where we can speak symbols but not read text. */
export function createAnalyser(
  language: InventoryLanguage,
  voice: string = language,
  options: TextOptions = {},
): Analyser {
  if (!readableLanguages.includes(language))
    throw new LangduError('language_unsupported', { voice, language, supported: readableLanguages });
  const table = new PhoneTable(loadInventory(language));
  return {
    *sentences(text, { lexicon } = {}) {
      const lexicons = [lexicon, options.lexicon].filter((each) => each !== undefined);
      for (const span of sentences(text)) yield* analyseSentence(text, span, table, lexicons);
    },
  };
}

function* analyseSentence(
  text: string,
  span: Span,
  table: PhoneTable,
  lexicons: readonly Lexicon[],
): Generator<Analysed> {
  const isSyllable = (name: string) => table.has(name);
  const edited = edit(text, span, lexicons, isSyllable);
  const written =
    edited === undefined
      ? normalize(text.slice(span.start, span.end), span.start)
      : restore(edited, text, normalize(edited.text));
  const spoken = pronounce(segment(written.tokens, edited?.words), isSyllable, edited?.given);
  const unread = spoken.warnings.map((each) => ({ ...each, text: text.slice(each.start, each.end) }));
  const warnings = [...written.warnings, ...unread].sort((a, b) => a.start - b.start);
  const parts = divide(groupWords(spoken.words));
  for (const [index, part] of (parts.length === 0 ? [[]] : parts).entries()) {
    const start = index === 0 ? span.start : startOf(part);
    const following = parts[index + 1];
    const end = following === undefined ? span.end : trimmedEnd(text, startOf(following));
    const inside = (each: Span) => each.start >= start && (following === undefined || each.start < startOf(following));
    yield {
      sentence: speak(text, { start, end }, written.tokens.filter(inside), part, table),
      warnings: warnings.filter(inside),
    };
  }
}

function speak(
  text: string,
  span: Span,
  tokens: readonly SpokenToken[],
  groups: readonly Group[],
  table: PhoneTable,
): Sentence {
  applySandhi(groups);
  const words = placeBreaks(groups);
  let normalized = '';
  for (const token of tokens) normalized += token.text;
  return {
    start: span.start,
    end: span.end,
    text: text.slice(span.start, span.end),
    normalized: normalized.trim(),
    words,
    symbols: toSymbols(words, table),
  };
}

function startOf(groups: readonly Group[]): number {
  return groups[0]![0]!.word.tokens[0]!.start;
}

function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text.charAt(at - 1))) at -= 1;
  return at;
}
