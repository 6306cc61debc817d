import { createHmac } from 'node:crypto';

/** What a secret in Base64 begins with. */
export const SECRET_PREFIX = 'whsec_';

/**
 * Headers by which a receiver knows the sender: Standard Webhooks 1.0 (standardwebhooks.com), for which there are
 * libraries in most languages. HMAC-SHA256 over `<id>.<timestamp>.<body>` in Base64 behind `v1,`. Several keys give
 * several signatures, so that a receiver may be moved from one to the next.
 *
 * @param seconds Unix time, which the receiver compares with its own against replays
 */
export function signatureHeaders(
  keys: readonly Buffer[],
  id: string,
  seconds: number,
  body: string,
): Record<string, string> {
  const content = `${id}.${seconds}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signatures.join(' ') };
}
