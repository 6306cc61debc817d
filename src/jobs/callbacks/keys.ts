import { SECRET_PREFIX } from '../../webhook-signature.ts';

/**
 * The keys of `LANGDU_CALLBACK_SECRET`: secrets separated by blanks, each `whsec_` and Base64 of 24 to 64 bytes, since
 * receivers give it to libraries that take no other. Undefined when one is not of the form.
 */
export function readCallbackKeys(written: string): readonly Buffer[] | undefined {
  const keys = written
    .split(/\s+/)
    .filter((secret) => secret !== '')
    .map(readKey);
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

function readKey(secret: string): Buffer | undefined {
  const base64 = secret.slice(SECRET_PREFIX.length);
  if (!secret.startsWith(SECRET_PREFIX) || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const key = Buffer.from(base64, 'base64');
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}
