import type { ErrorCode, ErrorLanguage, LangduError } from '../../errors.ts';

/** Whether a path is of OpenAI's API: its clients read errors of its shape only. */
export function isOpenAi(url: string): boolean {
  return /^\/v1(?:[/?]|$)/.test(url);
}

/** Where OpenAI has a code of its own for what went wrong; elsewhere ours stands. */
const codes: Readonly<Partial<Record<ErrorCode, string>>> = {
  text_empty: 'empty_string',
  text_too_long: 'string_above_max_length',
  field_too_long: 'string_above_max_length',
  field_unknown: 'unknown_parameter',
  field_missing: 'missing_required_parameter',
  field_type: 'invalid_type',
  value_unknown: 'invalid_value',
  format_unknown: 'invalid_value',
  voice_unknown: 'invalid_value',
  model_unknown: 'model_not_found',
  not_found: 'unknown_url',
  method_not_allowed: 'method_not_supported',
  text_denied: 'content_policy_violation',
  text_needs_review: 'content_policy_violation',
  key_missing: 'invalid_api_key',
  key_wrong: 'invalid_api_key',
  rate_limited: 'rate_limit_exceeded',
  too_many_at_once: 'rate_limit_exceeded',
};

/** Which parameter of OpenAI's an error is about, when the error does not say. */
const parameters: Readonly<Partial<Record<ErrorCode, string>>> = {
  text_empty: 'input',
  text_too_long: 'input',
  text_unspeakable: 'input',
  text_denied: 'input',
  text_needs_review: 'input',
  format_unknown: 'response_format',
  sample_rate_unsupported: 'sample_rate',
  bitrate_unsupported: 'bitrate',
  voice_unknown: 'voice',
  emotion_unknown: 'emotion',
  speaker_unknown: 'speaker',
  model_unknown: 'model',
  instructions_unsupported: 'instructions',
};

/** What OpenAI answers with 400, and our own API more finely. */
const badRequests: readonly ErrorCode[] = [
  'text_too_long',
  'voice_unknown',
  'emotion_unknown',
  'speaker_unknown',
  'control_unsupported',
  'language_unsupported',
];

export function openAiStatus(error: LangduError): number {
  return badRequests.includes(error.code) ? 400 : error.status;
}

/** An error as OpenAI's clients read it: `{"error": {"message", "type", "param", "code"}}`. */
export function openAiError(error: LangduError, language: ErrorLanguage): object {
  const { field, name } = error.params;
  const named = parameters[error.code] ?? field ?? name;
  return {
    error: {
      message: error.say(language),
      type: typeOf(error.status),
      param: typeof named === 'string' ? named : null,
      code: codes[error.code] ?? error.code,
    },
  };
}

function typeOf(status: number): string {
  if (status === 429) return 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
