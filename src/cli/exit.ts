import { asLangduError, type ErrorLanguage, LangduError } from '../errors.ts';

/** Exit codes that scripts can use. */
export const EXIT = { ok: 0, failed: 1, usage: 2, input: 3 } as const;

/** What the caller can mend is `input`; what we must is `failed`. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof LangduError)) return EXIT.failed;
  if (error.code === 'config_invalid' || error.code === 'parameter_out_of_range') return EXIT.usage;
  return error.status >= 500 && error.code !== 'voice_broken' ? EXIT.failed : EXIT.input;
}

/**
 * One line on stderr, in the caller's language, with the cause of what is ours to mend; its stack when LANGDU_LOG is
 * debug.
 */
export function reportError(thrown: unknown): void {
  const error = asLangduError(thrown);
  process.stderr.write(`langdu: ${error.say(terminalLanguage())} [${error.code}]\n`);
  if (error.status < 500 || error.cause === undefined) return;
  const { cause } = error;
  const detailed = process.env.LANGDU_LOG === 'debug' || error.code === 'internal';
  process.stderr.write(`  ${cause instanceof Error ? (detailed ? cause.stack : cause.message) : String(cause)}\n`);
}

export function terminalLanguage(): ErrorLanguage {
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
