import { kinds } from '../kinds.ts';
import type { Group } from '../setting.ts';

export const api = {
  openaiMaxInput: {
    file: 'api.openaiMaxInput',
    env: 'LANGDU_OPENAI_MAX_INPUT',
    flag: 'openai-max-input',
    kind: kinds.integer(1, 10_000_000),
    default: 4096,
    doc: 'Longest `input` of `POST /v1/audio/speech`, in characters.',
  },
  openaiModels: {
    file: 'api.openaiModels',
    env: 'LANGDU_OPENAI_MODELS',
    flag: 'openai-models',
    kind: kinds.choice(['known', 'any']),
    default: 'known',
    doc: 'Whether `model` must be one of `GET /v1/models` (`known`) or may be anything (`any`).',
  },
  voiceAliases: {
    file: 'api.voiceAliases',
    env: 'LANGDU_VOICE_ALIASES',
    flag: 'voice-aliases',
    kind: kinds.map,
    default: new Map(),
    usually: "none; OpenAI's names are the default voice",
    doc: 'Other names for voices in `/v1`: `nova=tan,echo=zhitian`. The voices must be there at the start, and no name may be that of another voice.',
  },
} as const satisfies Group;
