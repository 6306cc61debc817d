/**
 * Every error a caller can meet: code, HTTP status and what to do about it, in the two languages we answer in.
 * docs/errors.md lists the same codes; a test keeps the two equal. Internals (paths, stacks, causes) never go into
 * a message: they travel as `cause`, to the log.
 */

interface CatalogueEntry {
  /** HTTP status. 4xx is the caller's to mend, 5xx ours; the CLI's exit code follows from it. */
  readonly status: number;
  /** Message templates; `{name}` is filled from the error's params. */
  readonly zh: string;
  readonly en: string;
}

export const catalogue = {
  // text
  text_empty: { status: 400, zh: '请输入有效文本', en: 'Enter some text to speak.' },
  text_too_long: {
    status: 413,
    zh: '文本有 {length} 字，超过上限 {limit} 字；请缩短或分段提交',
    en: 'The text has {length} characters; the limit is {limit}. Shorten it or send it in parts.',
  },
  text_unspeakable: {
    status: 400,
    zh: '文本中没有可朗读的内容：{characters}',
    en: 'Nothing in the text can be spoken: {characters}.',
  },
  language_unsupported: {
    status: 422,
    zh: '音色 {voice} 使用 {language} 音系，文本前端目前支持：{supported}；可改用符号行（langdu trace）',
    en: 'Voice {voice} speaks {language}; text can be read for {supported}. Use a symbol line (langdu trace) instead.',
  },
  symbol_unknown: {
    status: 400,
    zh: '符号行第 {position} 项的 {field} “{value}” 不在该音色的符号表中',
    en: 'Token {position} of the symbol line has {field} "{value}", which this voice does not know.',
  },
  symbol_malformed: {
    status: 400,
    zh: '符号行第 {position} 项应为 {expected}，收到 {value}',
    en: 'Token {position} of the symbol line should be {expected}, got {value}.',
  },

  // request
  request_invalid: { status: 400, zh: '请求无效：{problem}', en: 'The request is not valid: {problem}' },
  json_invalid: { status: 400, zh: '请求体不是有效的 JSON', en: 'The body is not valid JSON.' },
  field_unknown: {
    status: 400,
    zh: '没有字段 {field}；可用：{available}',
    en: 'There is no field {field}; available: {available}.',
  },
  field_missing: { status: 400, zh: '缺少字段 {field}', en: 'The field {field} is missing.' },
  field_type: {
    status: 400,
    zh: '{field} 应为 {expected}，收到 {got}',
    en: '{field} must be {expected}, got {got}.',
  },
  expectation_failed: {
    status: 417,
    zh: '不支持 Expect: {expectation}；请去掉该请求头',
    en: 'Expect: {expectation} cannot be met; send the request without it.',
  },
  field_too_long: {
    status: 400,
    zh: '{field} 有 {length} 字，超过上限 {limit} 字',
    en: '{field} has {length} characters; the limit is {limit}.',
  },
  value_unknown: {
    status: 400,
    zh: '{field} 不能是 {value}；可用：{available}',
    en: '{field} cannot be {value}; available: {available}.',
  },
  fields_conflict: {
    status: 400,
    zh: '{first} 与 {second} 不能同时使用',
    en: '{first} and {second} cannot be used together.',
  },
  model_unknown: {
    status: 404,
    zh: '没有模型 {model}；可用：{available}',
    en: 'There is no model {model}; available: {available}.',
  },
  instructions_unsupported: {
    status: 400,
    zh: 'instructions 须只说一种这里有的情感，不能再有别的要求；音色 {voice} 的情感：{available}',
    en: 'The instructions must name one emotion that the voice has, and ask for nothing else; voice {voice} has: {available}.',
  },
  http_malformed: { status: 400, zh: 'HTTP 请求格式有误', en: 'The HTTP request is malformed.' },
  request_timeout: { status: 408, zh: '请求发送太慢，已超时', en: 'The request took too long to arrive.' },
  headers_too_large: { status: 431, zh: '请求头过大', en: 'The request headers are too large.' },
  range_unsatisfiable: {
    status: 416,
    zh: '请求的范围超出音频长度（{size} 字节）',
    en: 'The range asked for is outside the audio ({size} bytes).',
  },
  body_too_large: {
    status: 413,
    zh: '请求体超过上限 {limit} 字节',
    en: 'The body is larger than the limit of {limit} bytes.',
  },
  media_type_unsupported: {
    status: 415,
    zh: '请使用 Content-Type: application/json',
    en: 'Send the body with Content-Type: application/json.',
  },
  not_found: { status: 404, zh: '没有这个地址：{path}', en: 'There is nothing at {path}.' },
  method_not_allowed: {
    status: 405,
    zh: '{path} 只接受 {allowed}',
    en: '{path} accepts {allowed} only.',
  },
  audio_not_found: {
    status: 404,
    zh: '没有这个音频，或已被清理',
    en: 'There is no such audio, or it has been cleaned away.',
  },
  audio_held: {
    status: 409,
    zh: '音频 {name} 被保留，不能删除',
    en: 'The audio {name} is held and cannot be removed.',
  },
  audio_link_invalid: {
    status: 403,
    zh: '音频链接无效：请使用服务给出的完整链接',
    en: 'The link to this audio is not valid: use it whole, as it was given.',
  },
  audio_link_expired: {
    status: 410,
    zh: '音频链接已于 {expired} 过期，请重新获取',
    en: 'The link to this audio expired at {expired}; ask for a new one.',
  },
  parameter_out_of_range: {
    status: 400,
    zh: '{name} 应在 {min} 到 {max} 之间，收到 {value}',
    en: '{name} must be between {min} and {max}, got {value}.',
  },
  format_unknown: {
    status: 400,
    zh: '没有音频格式 {format}；可用：{available}',
    en: 'There is no audio format {format}; available: {available}.',
  },
  sample_rate_unsupported: {
    status: 400,
    zh: '{format} 不支持采样率 {rate} Hz；可用：{available}',
    en: '{format} has no sample rate of {rate} Hz; available: {available}.',
  },
  bitrate_unsupported: {
    status: 400,
    zh: '{format}（{rate} Hz）没有 {bitrate} kbit/s 的码率；可用：{available}',
    en: '{format} at {rate} Hz has no bit rate of {bitrate} kbit/s; available: {available}.',
  },

  // moderation
  // 400, not 403: nobody lacks a right, and clients of OpenAI's API know a refused text as a bad request.
  text_denied: {
    status: 400,
    zh: '文本违反内容规则，不予合成：{rules}',
    en: 'The text is against the content rules and will not be spoken: {rules}.',
  },
  text_needs_review: {
    status: 400,
    zh: '文本须经人工审核，暂不合成：{rules}',
    en: 'The text has to be reviewed before it is spoken: {rules}.',
  },
  policy_unavailable: {
    status: 503,
    zh: '内容审核服务暂不可用，请稍后重试',
    en: 'The moderation service does not answer; try again shortly.',
  },

  // callers
  key_missing: {
    status: 401,
    zh: '请提供 API 密钥：Authorization: Bearer <密钥>，或 X-Api-Key: <密钥>',
    en: 'Send your API key: Authorization: Bearer <key>, or X-Api-Key: <key>.',
  },
  key_wrong: { status: 401, zh: 'API 密钥无效', en: 'This API key is not valid.' },
  lane_forbidden: {
    status: 403,
    zh: '密钥 {key} 不能使用 {lane}；可用：{available}',
    en: 'The key {key} may not use {lane}; it may use: {available}.',
  },
  rate_limited: {
    status: 429,
    zh: '超过每分钟上限（{limit} {unit}），请在 {retryAfter} 秒后重试',
    en: 'The limit of {limit} {unit} a minute is reached; try again in {retryAfter} seconds.',
  },
  too_many_at_once: {
    status: 429,
    zh: '同时进行的请求超过上限 {limit}，请等先前的请求完成',
    en: 'More than {limit} requests at a time; wait until an earlier one is done.',
  },

  // voices
  voice_unknown: {
    status: 404,
    zh: '没有音色 {voice}；可用：{available}',
    en: 'There is no voice {voice}; available: {available}.',
  },
  emotion_unknown: {
    status: 422,
    zh: '音色 {voice} 没有情感 {emotion}；可用：{available}',
    en: 'Voice {voice} has no emotion {emotion}; available: {available}.',
  },
  speaker_unknown: {
    status: 422,
    zh: '音色 {voice} 没有说话人 {speaker}；可用：{available}',
    en: 'Voice {voice} has no speaker {speaker}; available: {available}.',
  },
  control_unsupported: {
    status: 422,
    zh: '音色 {voice} 不支持 {control}；支持：{available}',
    en: 'Voice {voice} has no control {control}; it has: {available}.',
  },
  voice_broken: {
    status: 500,
    zh: '音色包 {voice} 已损坏：{problem}',
    en: 'The voice package {voice} is damaged: {problem}.',
  },
  voice_changed: {
    status: 503,
    zh: '音色 {voice} 刚刚被替换，请重试',
    en: 'Voice {voice} has just been replaced; please try again.',
  },
  durations_runaway: {
    status: 500,
    zh: '音色预测的时长异常：一个符号 {frames} 帧，上限 {limit} 帧',
    en: 'The voice predicts {frames} frames for one symbol; the limit is {limit}.',
  },
  model_not_ready: { status: 503, zh: '模型未就绪', en: 'The model is not ready yet; try again shortly.' },

  // import
  checkpoint_invalid: { status: 400, zh: '检查点无法读取：{problem}', en: 'The checkpoint cannot be read: {problem}.' },
  checkpoint_forbidden: {
    status: 400,
    zh: '检查点中有不允许的内容：{problem}',
    en: 'The checkpoint holds something that is not allowed: {problem}.',
  },
  import_failed: { status: 400, zh: '无法导入：{problem}', en: 'Cannot import: {problem}.' },

  // jobs
  job_not_found: {
    status: 404,
    zh: '没有这个任务，或已被清理',
    en: 'There is no such job, or it has been cleaned away.',
  },
  job_without_audio: {
    status: 409,
    zh: '任务状态为 {state}，没有音频',
    en: 'The job is {state}: it has no audio.',
  },
  job_poisonous: {
    status: 500,
    zh: '任务连续 {failures} 次未能完成任何一句，已放弃：{reason}',
    en: 'The job was given up after {failures} tries in a row without a sentence made: {reason}.',
  },
  jobs_full: {
    status: 429,
    zh: '未完成的任务已达上限 {limit} 个，请等待其中一些完成',
    en: 'There are {limit} unfinished jobs, the most one caller may have. Wait for some of them.',
  },
  jobs_unavailable: {
    status: 503,
    zh: '任务队列暂时不可用，请稍后重试',
    en: 'Jobs cannot be reached just now; try again shortly.',
  },
  idempotency_conflict: {
    status: 409,
    zh: 'idempotency_key {key} 已用于内容不同的任务 {task}',
    en: 'The idempotency_key {key} was used for another request, task {task}.',
  },
  callback_refused: {
    status: 400,
    zh: '不能使用该 callback_url：{problem}',
    en: 'The callback_url cannot be used: {problem}.',
  },

  // machinery
  worker_lost: {
    status: 503,
    zh: '合成进程意外退出，请重试',
    en: 'The worker making this audio was lost; please try again.',
  },
  not_ready: { status: 503, zh: '服务尚未就绪：{reason}', en: 'The server is not ready: {reason}.' },
  overloaded: {
    status: 503,
    zh: '服务繁忙，请在 {retryAfter} 秒后重试',
    en: 'The server is busy; try again in {retryAfter} seconds.',
  },
  cancelled: { status: 499, zh: '请求已取消', en: 'The request was cancelled.' },
  shutting_down: { status: 503, zh: '服务正在关闭', en: 'The server is shutting down.' },
  storage_failed: {
    status: 500,
    zh: '音频无法保存或读取，请稍后重试',
    en: 'The audio could not be stored or read; try again later.',
  },
  storage_full: {
    status: 507,
    zh: '存储空间已满，音频未能保存，请稍后重试',
    en: 'There is no room left to store the audio; try again later.',
  },
  page_not_built: {
    status: 503,
    zh: '网页尚未构建：请运行 npm run build 后重启服务',
    en: 'The page is not built yet: run npm run build, then start again.',
  },
  listen_failed: {
    status: 500,
    zh: '无法监听 {address}：{problem}；可用 HOST、PORT 更换地址',
    en: 'Cannot listen on {address}: {problem}. Set HOST or PORT to another address.',
  },
  file_unwritable: { status: 500, zh: '无法写入文件：{path}', en: 'Cannot write {path}.' },
  file_unreadable: { status: 400, zh: '无法读取文件：{path}', en: 'Cannot read {path}.' },
  config_invalid: { status: 400, zh: '配置无效：{problem}', en: 'The configuration is not valid: {problem}.' },
  internal: { status: 500, zh: '服务内部错误，请稍后重试', en: 'Something went wrong on our side; try again later.' },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
export type ErrorLanguage = 'zh' | 'en';
export type ErrorParams = Readonly<Record<string, string | number | readonly string[]>>;

/** An error of the catalogue. `message` is the English text; `say` gives either language. */
export class LangduError extends Error {
  override readonly name = 'LangduError';
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(fill(catalogue[code].en, params), cause === undefined ? undefined : { cause });
    this.code = code;
    this.params = params;
  }

  get status(): number {
    return catalogue[this.code].status;
  }

  say(language: ErrorLanguage): string {
    return fill(catalogue[this.code][language], this.params);
  }
}

/** What crosses a thread or a process: an error without its class. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly params: ErrorParams;
  /** For the log only. */
  readonly cause?: string;
}

/** Anything thrown, as an error of the catalogue: what is not one becomes `internal` with the original as cause. */
export function asLangduError(thrown: unknown): LangduError {
  return thrown instanceof LangduError ? thrown : new LangduError('internal', {}, thrown);
}

export function toRecord(error: LangduError): ErrorRecord {
  const cause = error.cause;
  const text =
    cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? undefined : String(cause);
  return { code: error.code, params: error.params, ...(text === undefined ? {} : { cause: text }) };
}

export function fromRecord(record: ErrorRecord): LangduError {
  return new LangduError(record.code, record.params, record.cause);
}

function fill(template: string, params: ErrorParams): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return Array.isArray(value) ? value.join(', ') : String(value);
  });
}
