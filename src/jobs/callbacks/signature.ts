import { createHmac } from 'node:crypto';

/**
 * Signatures as Standard Webhooks 1.0 has them, so that its libraries verify them: HMAC-SHA256 over
 * `<id>.<timestamp>.<body>`, the timestamp in seconds, in Base64 behind `v1,`. Several secrets give several signatures,
 * so that a receiver may be moved from one to the next.
 *
 * @param secrets each `whsec_` and Base64 of 24 to 64 bytes
 */
export function signatureHeaders(
  secrets: readonly string[],
  id: string,
  seconds: number,
  body: string,
): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signatures.join(' ') };
}

const PREFIX = 'whsec_';

/** The secrets of a setting, separated by blanks; undefined when one is not of the form. */
export function readSecrets(written: string): readonly string[] | undefined {
  const secrets = written.split(/\s+/).filter((secret) => secret !== '');
  return secrets.every(isSecret) ? secrets : undefined;
}

function isSecret(text: string): boolean {
  if (!text.startsWith(PREFIX) || !/^[A-Za-z0-9+/]+={0,2}$/.test(text.slice(PREFIX.length))) return false;
  const { length } = Buffer.from(text.slice(PREFIX.length), 'base64');
  return length >= 24 && length <= 64;
}
