import { catalogue, type ErrorCode } from '../../errors.ts';

/** What may happen to any request. */
const everywhere: readonly ErrorCode[] = [
  'http_malformed',
  'expectation_failed',
  'headers_too_large',
  'request_timeout',
  'shutting_down',
  'internal',
];

/** Where a key may be asked for, and limits hold. */
const guarded: readonly ErrorCode[] = ['key_missing', 'key_wrong', 'rate_limited', 'too_many_at_once'];

/** Where fields are checked, in a body or a query. */
const fields: readonly ErrorCode[] = [
  'field_unknown',
  'field_missing',
  'field_type',
  'field_too_long',
  'value_unknown',
  'parameter_out_of_range',
  'request_invalid',
];

const body: readonly ErrorCode[] = ['json_invalid', 'media_type_unsupported', 'body_too_large'];

/** Where something is spoken. */
export const speakingErrors: readonly ErrorCode[] = [
  'text_empty',
  'text_too_long',
  'text_unspeakable',
  'text_denied',
  'text_needs_review',
  'policy_unavailable',
  'language_unsupported',
  'format_unknown',
  'sample_rate_unsupported',
  'bitrate_unsupported',
  'voice_unknown',
  'speaker_unknown',
  'emotion_unknown',
  'control_unsupported',
  'lane_forbidden',
  'overloaded',
  'model_not_ready',
  'worker_lost',
  'voice_broken',
  'voice_changed',
  'durations_runaway',
];

/** Those of the command line, of the importer and of the log: no answer has them. */
const elsewhere: readonly ErrorCode[] = [
  'symbol_unknown',
  'symbol_malformed',
  'checkpoint_invalid',
  'checkpoint_forbidden',
  'import_failed',
  'cancelled',
  'job_poisonous',
  'listen_failed',
  'file_unwritable',
  'file_unreadable',
  'config_invalid',
  'audio_held',
];

/** Every code that an answer may have. */
export const answeredCodes = (Object.keys(catalogue) as ErrorCode[]).filter((code) => !elsewhere.includes(code));

/** What may go wrong with a route, by what it takes. */
export function failuresOf(route: {
  readonly url: string;
  readonly takesBody: boolean;
  readonly takesFields: boolean;
  readonly own: readonly ErrorCode[];
}): ErrorCode[] {
  return [
    ...new Set([
      ...(route.takesBody ? body : []),
      ...(route.takesFields ? fields : []),
      ...route.own,
      ...(/^\/(api|v1)\//.test(route.url) ? guarded : []),
      ...everywhere,
    ]),
  ];
}
