/**
 * `Content-Disposition` that saves under `wanted`, in both spellings of RFC 6266: without anything a file system could
 * read as a path or refuse, at most 80 characters, and with the extension of what it really is.
 */
export function attachment(wanted: string, extension: string): string {
  const stem = wanted.endsWith(extension) ? wanted.slice(0, -extension.length) : wanted;
  const clean = [...stem.replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, '').replace(/^[.\s]+|[.\s]+$/g, '')].slice(0, 80);
  const name = (clean.join('') || 'speech') + extension;
  const ascii = /^[\x20-\x7e]+$/.test(name) ? name : `speech${extension}`;
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
