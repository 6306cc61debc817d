import type { SpeechChunk } from '../speech.ts';
import type { TextWarning } from '../text/sentence.ts';
import type { LogRecord } from './log/record.ts';

/** What an item's speech amounts to: its sentences, and behind the last what could not be spoken there. */
export type Spoken =
  | { readonly kind: 'sentence'; readonly record: LogRecord }
  | { readonly kind: 'rest'; readonly warnings: readonly TextWarning[]; readonly sampleRate: number };

/**
 * The chunks of an item's speech, joined to sentences.
 *
 * @param next position of the first sentence that is wanted: a chunk before it carries warnings alone
 */
export async function* joinSentences(
  speech: AsyncIterable<SpeechChunk>,
  item: number,
  next: number,
): AsyncGenerator<Spoken> {
  let parts: SpeechChunk[] = [];
  for await (const chunk of speech) {
    if (chunk.sentence.index < next) {
      yield { kind: 'rest', warnings: chunk.warnings, sampleRate: chunk.sampleRate };
      continue;
    }
    parts.push(chunk);
    if (!chunk.last) continue;
    next = chunk.sentence.index + 1;
    yield { kind: 'sentence', record: joined(item, parts) };
    parts = [];
  }
}

function joined(item: number, parts: readonly SpeechChunk[]): LogRecord {
  const { sentence, sampleRate, timing } = parts[0]!;
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.samples.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part.samples, at);
    at += part.samples.length;
  }
  const warnings = parts.flatMap((part) => part.warnings);
  return {
    item,
    sentence: { index: sentence.index, start: sentence.start, end: sentence.end },
    sampleRate,
    samples,
    timing,
    warnings: warnings.length > 0 ? warnings : undefined,
  };
}
