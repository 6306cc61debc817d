import { createHmac } from 'node:crypto';

/**
 * Headers by which a receiver knows the sender: the scheme of Standard Webhooks 1.0 (standardwebhooks.com), for which there are
 * libraries in most languages. A secret `whsec_…` is base64, any other is its UTF-8 bytes.
 *
 * @param seconds Unix time, which the receiver compares with its own against replays
 */
export function signatureHeaders(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const prefix = 'whsec_';
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret);
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
