import { byPlace, FINDINGS_KEPT, stricter, type Verdict } from './verdict.ts';

/**
 * The stricter action, what either masks, and the findings of both. Of texts that both changed, the first's changes
 * stay.
 */
export function combine(original: string, first: Verdict, second: Verdict): Verdict {
  if (second.action === 'allow') return first;
  if (first.action === 'allow') return second;
  const findings = [...first.findings, ...second.findings].sort(byPlace).slice(0, FINDINGS_KEPT);
  return {
    action: stricter(first.action, second.action),
    text: combineTexts(original, first.text, second.text),
    findings,
  };
}

/** All of one length. A pair that the first has replaced stays so as a whole, since it replaces both halves. */
function combineTexts(original: string, first: string, second: string): string {
  if (first === original) return second;
  if (second === original) return first;
  const units = Buffer.from(second, 'utf16le');
  for (let at = 0; at < original.length; at += 1) {
    const unit = first.charCodeAt(at);
    if (unit !== original.charCodeAt(at)) units.writeUInt16LE(unit, 2 * at);
  }
  return units.toString('utf16le');
}
