/** The library: import voices, open them, speak. The only barrel. */

export { WavEncoder } from './audio/wav.ts';
export { Dispatcher, type DispatchOptions } from './dispatch/dispatcher.ts';
export { catalogue, type ErrorCode, LangduError } from './errors.ts';
export { type ImportedVoice, type ImportOptions, importModel } from './importer/import.ts';
export type { VoiceCard } from './importer/voice-card.ts';
export { LocalSpeaker } from './local-speaker.ts';
export { limits, type Speaker, type SpeechChunk, type SpeechRequest, type VoiceSummary } from './speech.ts';
