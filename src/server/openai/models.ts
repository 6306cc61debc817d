import { LangduError } from '../../errors.ts';

/** Our own name for what speaks here. */
export const OWN_MODEL = 'langdu';

/** Models of OpenAI's that clients name; here they all are the voice that is asked for. */
const theirs = ['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts', 'gpt-4o-mini-tts-2025-12-15'];

export const models: readonly string[] = [OWN_MODEL, ...theirs];

/** Models that OpenAI gives no events for. */
export const withoutEvents: readonly string[] = ['tts-1', 'tts-1-hd'];

/** Throws `model_unknown` naming the models there are. */
export function checkModel(model: string): void {
  if (!models.includes(model))
    throw new LangduError('model_unknown', { model: model.slice(0, 100), available: models });
}
