import { LangduError } from '../../errors.ts';
import { chooseVoice } from '../default-voice.ts';
import type { ServerParts } from '../parts.ts';
import type { CreateSpeech } from '../schemas/openai.ts';
import { type SpeechOrder, takeOrder } from '../speech-order.ts';
import { moodOf } from './instructions.ts';
import { checkModel, withoutEvents } from './models.ts';
import { voiceNamed } from './voices.ts';

/** What OpenAI's clients take bytes of `pcm` for, which say nothing of themselves. */
const PCM_RATE = 24_000;

/** A request of OpenAI's API as an order. Throws what is wrong with it; nothing of it is ignored. */
export function orderOf(body: CreateSpeech, parts: Pick<ServerParts, 'speaker' | 'settings'>): SpeechOrder {
  const { model, input, instructions = '', response_format: format = 'mp3', speed, stream_format: _, ...rest } = body;
  if (parts.settings.openaiModels === 'known') checkModel(model);
  if (body.stream_format === 'sse' && withoutEvents.includes(model)) {
    throw new LangduError('value_unknown', { field: 'stream_format', value: `sse (${model})`, available: ['audio'] });
  }
  if (speed !== undefined && rest.rate !== undefined) {
    throw new LangduError('fields_conflict', { first: 'speed', second: 'rate' });
  }
  const voice = voiceNamed(typeof body.voice === 'string' ? body.voice : body.voice.id, parts);
  const fields = {
    ...rest,
    ...moodFields(body, instructions, voice, parts),
    text: input,
    voice,
    format,
    rate: speed ?? rest.rate,
    sample_rate: rest.sample_rate ?? (format === 'pcm' ? PCM_RATE : undefined),
  };
  return takeOrder(fields, parts, parts.settings.openaiMaxInput);
}

function moodFields(
  body: CreateSpeech,
  instructions: string,
  voice: string,
  parts: Pick<ServerParts, 'speaker' | 'settings'>,
): { emotion?: string; intensity?: number } {
  if (instructions.trim() === '') return {};
  if (body.emotion !== undefined) {
    throw new LangduError('fields_conflict', { first: 'instructions', second: 'emotion' });
  }
  const { emotion, intensity } = moodOf(instructions, chooseVoice(parts, voice));
  const much = body.intensity ?? intensity;
  return { emotion, ...(much === undefined ? {} : { intensity: much }) };
}
