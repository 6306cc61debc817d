import type { Settings } from '../../config/settings.ts';
import { LangduError } from '../../errors.ts';
import type { Speaker } from '../../speech.ts';
import { defaultVoice, listVoices } from '../../voice/registry.ts';
import { readLexicon } from '../speaker.ts';
import { type Finding, fail, ok } from './check.ts';

const TEXT = '你好，欢迎使用朗读。';

export function checkLexicon(path: string): Finding {
  try {
    readLexicon(path);
    return ok('lexicon', path);
  } catch (error) {
    return fail('lexicon', (error as Error).message);
  }
}

/** Every voice: that its package is whole and that it speaks, which also tells that ONNX Runtime loads. */
export async function checkVoices({ voices: folder, voice: configured }: Settings): Promise<Finding[]> {
  const broken: Finding[] = [];
  const voices = listVoices(folder, (error) => broken.push(fail('voice', error.message)));
  const names = voices.map(({ name }) => name);
  const standard = configured || defaultVoice(voices);
  if (standard === undefined) return [...broken, fail('voice', `none in ${folder}: langdu import makes them`)];
  if (!names.includes(standard)) {
    return [...broken, fail('voice', `LANGDU_VOICE=${standard} is not there: one of ${names.join(', ')}`)];
  }
  const { LocalSpeaker } = await import('../../local-speaker.ts').catch((error: unknown) => {
    throw new LangduError('internal', {}, error);
  });
  const speaker = new LocalSpeaker(folder);
  const spoken: Finding[] = [];
  for (const name of names) spoken.push(await speak(speaker, name, name === standard));
  await speaker.close();
  return [...broken, ...spoken];
}

async function speak(speaker: Speaker, voice: string, standard: boolean): Promise<Finding> {
  const subject = `voice ${voice}`;
  try {
    // Once to load it, once to measure.
    for await (const _chunk of speaker.speak({ text: TEXT, voice }));
    const began = performance.now();
    let seconds = 0;
    for await (const { samples, sampleRate } of speaker.speak({ text: TEXT, voice })) {
      seconds += samples.length / sampleRate;
    }
    const factor = seconds / ((performance.now() - began) / 1000);
    return ok(subject, `speaks ${factor.toFixed(0)} times as fast as it is heard${standard ? ' (default)' : ''}`);
  } catch (error) {
    if (error instanceof LangduError && error.status < 500) return ok(subject, `loads; ${error.message}`);
    const cause = error instanceof LangduError && error.cause instanceof Error ? ` ${error.cause.message}` : '';
    return fail(subject, `${(error as Error).message}${cause}`);
  }
}
