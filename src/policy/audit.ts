import type { Log } from '../log.ts';
import type { HookContext } from './hook.ts';
import type { Verdict } from './verdict.ts';

/** Findings of one line. */
const FINDINGS_LOGGED = 20;

/**
 * A line for whoever answers for what is spoken: who asked, by which rules it was judged and where.
 *
 * @param characters how much of the text may stand in it, from the first finding on; 0 for none
 */
export function audit(log: Log, context: HookContext, text: string, verdict: Verdict, characters: number): void {
  const { action, findings } = verdict;
  const excerpt = characters === 0 ? undefined : excerptOf(text, findings[0]?.start ?? 0, characters);
  log.info(
    {
      ...who(context),
      action,
      rules: [...new Set(findings.map(({ rule }) => rule))],
      findings: findings.slice(0, FINDINGS_LOGGED).map(({ rule, start, end }) => ({ rule, start, end })),
      ...(findings.length > FINDINGS_LOGGED ? { more: findings.length - FINDINGS_LOGGED } : {}),
      ...(excerpt === undefined ? {} : { text: excerpt }),
    },
    'policy verdict',
  );
}

/** The service had no answer: what was decided without it. */
export function auditUnavailable(log: Log, context: HookContext, failure: 'open' | 'closed', error: unknown): void {
  log.warn({ ...who(context), failure, err: error }, 'policy service unavailable');
}

function who({ requestId, caller, path, voice }: HookContext): object {
  return { requestId, ...(caller === undefined ? {} : { caller }), path, ...(voice === undefined ? {} : { voice }) };
}

/** Whole characters, not more than that many. */
function excerptOf(text: string, from: number, characters: number): string {
  return [...text.slice(from, from + 2 * characters)].slice(0, characters).join('');
}
