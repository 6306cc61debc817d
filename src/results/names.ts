import { randomBytes } from 'node:crypto';

/** A result: 128 random bits, in hexadecimal, and what kind of file it is. Nothing else is ever opened. */
export const RESULT_NAME = /^[0-9a-f]{32}\.[a-z0-9]{2,5}$/;

/** Beside a result, under its name with this behind it: a legal hold. */
export const HOLD_SUFFIX = '.hold';

const EXTENSION = /^[a-z0-9]{2,5}$/;
/** What a header may carry: visible ASCII and blanks. */
const CONTENT_TYPE = /^[a-z0-9.+-]+\/[a-z0-9.+-]+(?:\s*;\s*[\x20-\x7e]+)*$/i;

/** What a result is served as when whoever made it did not say otherwise. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  aac: 'audio/aac',
  pcm: 'audio/pcm',
  json: 'application/json',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

export interface ResultKind {
  /** Of the name, without its dot: `wav`. */
  readonly extension: string;
  /** What it is served as; by default what its extension says. */
  readonly contentType?: string;
  /**
   * On the disk before `commit` resolves, so that not even a loss of power takes it back: for what cannot be asked for
   * again. Costs the disk's own time, a few ms. With S3 it is always so.
   */
  readonly durable?: boolean;
  /**
   * About how many bytes it will have, where that is known: one larger than all that is kept has no room made for it.
   */
  readonly expectedBytes?: number;
}

export function newName({ extension, contentType }: ResultKind): string {
  if (!EXTENSION.test(extension)) throw new Error(`${extension} is no extension of a result`);
  if (contentType !== undefined && !CONTENT_TYPE.test(contentType))
    throw new Error(`${contentType} is no content type`);
  return `${randomBytes(16).toString('hex')}.${extension}`;
}

/** `.wav` of `<32 hex digits>.wav`. */
export function extensionOf(name: string): string {
  return name.slice(name.indexOf('.'));
}

export function contentTypeOf(name: string): string {
  return CONTENT_TYPES[extensionOf(name).slice(1)] ?? 'application/octet-stream';
}
