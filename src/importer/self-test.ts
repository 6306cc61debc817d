import { asLangduError } from '../errors.ts';
import { openVoice, type Voice } from '../voice/open.ts';
import { trace } from '../voice/trace.ts';
import { problem } from './problem.ts';

/**
 * Opens a package as a server would and speaks a few of its own symbols: graphs load, shapes fit, every sample is a
 * number.
 */
export function selfTest(folder: string): void {
  const voice = openVoice(folder);
  try {
    speakSymbols(voice);
  } catch (error) {
    const said = asLangduError(error);
    throw said.code === 'import_failed' ? said : problem(`the imported voice cannot speak: ${said.message}`, error);
  } finally {
    voice.close();
  }
}

function speakSymbols(voice: Voice): void {
  const { symbols, speakers, emotions } = voice.manifest;
  const emotion = `emotion_${emotions[0]}`;
  const token = (index: number) =>
    symbols.fields.map((field) => {
      if (field === 'emo_category') return emotion;
      if (field === 'speaker_category') return speakers[0]!;
      return symbols.tables[field]![index % 5]!;
    });
  const { wav, mel } = trace(voice, [token(0), token(1), token(2), token(3)]);
  const bad = [mel, wav].some(({ data }) => data.some((value) => !Number.isFinite(value)));
  if (bad) throw problem('the imported voice yields samples that are not numbers');
  const expected = mel.shape[0]! * voice.manifest.vocoder.hop;
  if (wav.data.length !== expected)
    throw problem(`the imported voice yields ${wav.data.length} samples, expected ${expected}`);
}
