import { LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import { lexiconOf } from '../text/known-lexicons.ts';
import { audit, auditUnavailable } from './audit.ts';
import { combine } from './combine.ts';
import type { Hook } from './hook.ts';
import { judge } from './judge.ts';
import type { ListFiles } from './list-files.ts';
import type { Policy, PolicyContext, PolicyStats } from './policy.ts';
import { inSlices } from './slices.ts';
import type { Action, Verdict } from './verdict.ts';

export interface ModerationOptions {
  readonly lists: ListFiles | undefined;
  readonly hook: Hook | undefined;
  /** What happens to a text the service did not judge: `open` lets it through. */
  readonly failure: 'open' | 'closed';
  /** What happens to a text that a person should look at first: `allow` lets it through, with the line in the log. */
  readonly review: 'deny' | 'allow';
  /** Characters of the text that a line of the audit may hold. */
  readonly auditText: number;
  readonly log: Log;
}

/** A policy of lists, a service or both. */
export class Moderation implements Policy {
  readonly #options: ModerationOptions;
  readonly #log: Log;
  readonly #verdicts: Record<Action, number> = { allow: 0, mask: 0, review: 0, deny: 0 };
  #unavailable = 0;

  constructor(options: ModerationOptions) {
    this.#options = options;
    this.#log = options.log.child({ audit: 'policy' });
  }

  async check(text: string, context: PolicyContext): Promise<Verdict> {
    const verdict = await this.#judge(text, context);
    this.#verdicts[verdict.action] += 1;
    if (verdict.action !== 'allow') audit(this.#log, context, text, verdict, this.#options.auditText);
    return verdict;
  }

  async admit(text: string, context: PolicyContext): Promise<string> {
    const verdict = await this.check(text, context);
    if (verdict.action === 'deny') throw new LangduError('text_denied', { rules: decisive(verdict) });
    if (verdict.action === 'review' && this.#options.review === 'deny') {
      throw new LangduError('text_needs_review', { rules: decisive(verdict) });
    }
    return verdict.text;
  }

  async reload(): Promise<boolean> {
    return (await this.#options.lists?.reload()) ?? true;
  }

  stats(): PolicyStats {
    const { lists, hook } = this.#options;
    return {
      verdicts: { ...this.#verdicts },
      unavailable: this.#unavailable,
      lists: {
        words: lists?.list.words ?? 0,
        rules: lists?.list.rules ?? 0,
        reloads: lists?.reloads.done ?? 0,
        reloadFailures: lists?.reloads.failed ?? 0,
      },
      hook: hook?.counts ?? { calls: 0, failures: 0, waiting: 0 },
    };
  }

  async close(): Promise<void> {
    this.#options.lists?.close();
    this.#options.hook?.close();
  }

  async #judge(text: string, context: PolicyContext): Promise<Verdict> {
    const { lists, hook, failure } = this.#options;
    const listed: Verdict =
      lists === undefined
        ? { action: 'allow', text, findings: [] }
        : await inSlices(judge(lists.list, text, lexiconOf(context.lexicon)));
    // Nothing is stricter, so a text that is refused here need not leave the machine.
    if (hook === undefined || listed.action === 'deny') return listed;
    try {
      return combine(text, listed, await hook.ask(text, context));
    } catch (error) {
      this.#unavailable += 1;
      auditUnavailable(this.#log, context, failure, error);
      if (failure === 'closed') throw new LangduError('policy_unavailable', {}, error);
      return listed;
    }
  }
}

/** The rules that asked for what the verdict is. */
function decisive({ action, findings }: Verdict): string[] {
  return [...new Set(findings.filter((finding) => finding.action === action).map(({ rule }) => rule))];
}
