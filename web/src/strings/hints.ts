import type { ErrorCode } from '../../../src/errors.ts';
import type { Language } from '../strings.ts';

/** What a person at the page can do about an error, where the server's message alone does not say it. */
const hints: Partial<Readonly<Record<ErrorCode, readonly [zh: string, en: string]>>> = {
  text_denied: ['请修改文本后再试。', 'Change the text, then try again.'],
  text_needs_review: ['请联系管理员，或修改文本后再试。', 'Ask whoever runs the server, or change the text.'],
  text_too_long: ['请缩短文本，或作为任务合成。', 'Shorten the text, or make it as a job.'],
  text_unspeakable: ['请加入可以朗读的文字。', 'Add something that can be read aloud.'],
  shutting_down: ['稍候再试。', 'Try again shortly.'],
  model_not_ready: ['稍候再试；一直如此请联系管理员。', 'If it stays so, tell whoever runs the server.'],
  control_unsupported: ['请恢复默认设置，或换一个音色。', 'Reset the settings, or choose another voice.'],
  internal: ['再次发生请联系管理员。', 'If it happens again, tell whoever runs the server.'],
};

export function hintOf(code: ErrorCode, language: Language): string {
  return hints[code]?.[language === 'zh' ? 0 : 1] ?? '';
}
