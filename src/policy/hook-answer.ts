import { isRuleName } from './entries.ts';
import { differences } from './spans.ts';
import { actions, FINDINGS_KEPT, type Verdict } from './verdict.ts';

/** The rule of an answer that names none. */
const UNNAMED = 'hook';

/**
 * A verdict from the body of an answer: `{"action", "text"?, "rule"?}`. Throws an Error that says what is wrong, since
 * a service that answers otherwise has not judged the text. Other fields are not ours to refuse.
 */
export function readHookAnswer(body: string, text: string): Verdict {
  const answer = parse(body);
  if (typeof answer !== 'object' || answer === null) throw new Error('the answer is no object');
  const { action: written, text: masked, rule: named = UNNAMED } = answer as Readonly<Record<string, unknown>>;
  const action = actions.find((each) => each === written);
  if (action === undefined) throw new Error(`action is none of ${actions.join(', ')}`);
  if (typeof named !== 'string' || !isRuleName(named))
    throw new Error('rule is no name of 1 to 64 letters, digits or -_.:');
  if (action === 'allow') return { action, text, findings: [] };
  if (action !== 'mask') return { action, text, findings: [{ rule: named, action, start: 0, end: text.length }] };
  if (typeof masked !== 'string') throw new Error('mask without text');
  if (masked.length !== text.length) throw new Error(`the masked text has ${masked.length} units, not ${text.length}`);
  const changed = differences(text, masked);
  if (changed.count === 0) throw new Error('the masked text is the text');
  const findings = Array.from({ length: Math.min(changed.count, FINDINGS_KEPT) }, (_, index) => ({
    rule: named,
    action,
    start: changed.start(index),
    end: changed.end(index),
  }));
  return { action, text: masked, findings };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error('the answer is no JSON'); // what JSON.parse says quotes it, and it may quote the text
  }
}
