/** An id nobody else has: 128 random bits. `crypto.randomUUID` is only there over HTTPS and on the machine itself. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
