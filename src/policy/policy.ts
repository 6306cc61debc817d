import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import { Hook, type HookContext } from './hook.ts';
import { ListFiles } from './list-files.ts';
import { Moderation } from './moderation.ts';
import type { Action, Verdict } from './verdict.ts';

/** Who asks for a text to be spoken, and how. */
export interface PolicyContext extends HookContext {
  /** `/api/tts`, `/api/tts/stream`, `/v1/audio/speech`, a job's. */
  readonly path: 'speech' | 'stream' | 'openai' | 'job';
}

/** Counts since the start: what `langdu doctor` tells of the lists. */
export interface PolicyStats {
  readonly verdicts: Readonly<Record<Action, number>>;
  /** Checks that had no answer of the service, let through or not. */
  readonly unavailable: number;
  /** Words and rules of the lists in use, and reloads. */
  readonly lists: {
    readonly words: number;
    readonly rules: number;
    readonly reloads: number;
    readonly reloadFailures: number;
  };
  readonly hook: { readonly calls: number; readonly failures: number; readonly waiting: number };
}

/** What decides, before synthesis, whether a text may be spoken. */
export interface Policy {
  /**
   * Judges a text by the lists and the service; the strictest verdict wins. Logs a line for each that does not allow.
   * Throws `policy_unavailable` when the service has no answer and the settings say that nothing passes then;
   * `request_invalid` when the context's lexicon is none.
   */
  check(text: string, context: PolicyContext): Promise<Verdict>;
  /**
   * What may be spoken of a text: `check`, then `text_denied`, `text_needs_review` (as the settings say) or the text,
   * where masks are □ and every character keeps its place. With the request's lexicon what it puts in place of words is
   * judged, too. Refuse and mask with this before a text is split into sentences.
   */
  admit(text: string, context: PolicyContext): Promise<string>;
  /**
   * Reads the lists again, as on SIGHUP. False when they are broken: the log says why, and those before stay in use.
   */
  reload(): Promise<boolean>;
  stats(): PolicyStats;
  /** Ends calls under way and looks at files no more. */
  close(): Promise<void>;
}

export type PolicySettings = Pick<
  Settings,
  | 'policyLists'
  | 'policyHomophones'
  | 'policyHook'
  | 'policyHookSeconds'
  | 'policyHookCalls'
  | 'policyHookSecret'
  | 'policyHookFailure'
  | 'policyReview'
  | 'policyAuditText'
>;

/**
 * The policy of this start. Without lists and service it allows everything at no cost.
 * Throws `config_invalid` when a list cannot be read; the message names the file and the line.
 */
export async function openPolicy(settings: PolicySettings, log: Log): Promise<Policy> {
  const { policyLists: files, policyHomophones: homophones, policyHook: url, policyHookSecret: secret } = settings;
  if (files.length === 0 && url === '') return allowAll;
  const { policyHookSeconds, policyHookCalls: calls } = settings;
  return new Moderation({
    lists: files.length === 0 ? undefined : await ListFiles.open({ files, homophones, log }),
    hook: url === '' ? undefined : new Hook({ url, timeoutMs: policyHookSeconds * 1000, calls, secret }),
    failure: settings.policyHookFailure,
    review: settings.policyReview,
    auditText: settings.policyAuditText,
    log,
  });
}

const allowAll: Policy = {
  check: async (text) => ({ action: 'allow', text, findings: [] }),
  admit: async (text) => text,
  reload: async () => true,
  stats: () => ({
    verdicts: { allow: 0, mask: 0, review: 0, deny: 0 },
    unavailable: 0,
    lists: { words: 0, rules: 0, reloads: 0, reloadFailures: 0 },
    hook: { calls: 0, failures: 0, waiting: 0 },
  }),
  close: async () => undefined,
};
