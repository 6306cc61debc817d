import { kinds } from '../kinds.ts';
import type { Group } from '../setting.ts';

/** docs/moderation.md tells about each. */
export const policy = {
  policyLists: {
    file: 'policy.lists',
    env: 'LANGDU_POLICY_LISTS',
    flag: 'policy-lists',
    kind: kinds.files,
    default: [],
    doc: 'Word lists that texts are checked against.',
  },
  policyHomophones: {
    file: 'policy.homophones',
    env: 'LANGDU_POLICY_HOMOPHONES',
    flag: 'policy-homophones',
    kind: kinds.switch,
    default: false,
    doc: 'Whether words of the lists are found in what sounds like them, too.',
  },
  policyReview: {
    file: 'policy.review',
    env: 'LANGDU_POLICY_REVIEW',
    flag: 'policy-review',
    kind: kinds.choice(['deny', 'allow']),
    default: 'deny',
    doc: 'Texts that need a review are refused (`deny`) or let through with a line in the log (`allow`).',
  },
  policyHook: {
    file: 'policy.hook',
    env: 'LANGDU_POLICY_HOOK',
    flag: 'policy-hook',
    kind: kinds.url,
    default: '',
    doc: 'Address of a service that judges texts.',
  },
  policyHookSeconds: {
    file: 'policy.hookSeconds',
    env: 'LANGDU_POLICY_HOOK_SECONDS',
    flag: 'policy-hook-seconds',
    kind: kinds.number(0.01, 60),
    default: 2,
    doc: 'How long the service may take, in seconds.',
  },
  policyHookCalls: {
    file: 'policy.hookCalls',
    env: 'LANGDU_POLICY_HOOK_CALLS',
    flag: 'policy-hook-calls',
    kind: kinds.integer(1, 1024),
    default: 16,
    doc: 'Calls of the service at a time.',
  },
  policyHookSecret: {
    file: 'policy.hookSecret',
    env: 'LANGDU_POLICY_HOOK_SECRET',
    flag: 'policy-hook-secret',
    kind: kinds.text,
    default: '',
    secret: true,
    doc: 'Signs calls of the service.',
  },
  policyHookFailure: {
    file: 'policy.hookFailure',
    env: 'LANGDU_POLICY_HOOK_FAILURE',
    flag: 'policy-hook-failure',
    kind: kinds.choice(['closed', 'open']),
    default: 'closed',
    doc: 'When the service has no answer, texts are refused (`closed`) or let through (`open`).',
  },
  policyAuditText: {
    file: 'policy.auditText',
    env: 'LANGDU_POLICY_AUDIT_TEXT',
    flag: 'policy-audit-text',
    kind: kinds.integer(0, 1000),
    default: 0,
    doc: 'Characters of a text that a line of the audit may hold.',
  },
} as const satisfies Group;
