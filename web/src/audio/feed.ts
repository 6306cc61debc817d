import { reach } from '../server/ask.ts';

/** Formats that a browser takes piece by piece, and what it calls them. */
const types: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', aac: 'audio/aac' };
/** How far ahead of what is heard is read, in seconds. */
const AHEAD = 60;

/** This browser can play such a file while it comes, from memory. */
export function canFeed(format: string): boolean {
  const type = types[format];
  return type !== undefined && 'MediaSource' in window && MediaSource.isTypeSupported(type);
}

/**
 * Plays an answer in an element while it comes: an element itself cannot ask with a key. Ends when all has been handed
 * over. Throws `Unreachable`, or the abort of the answer's request.
 */
export async function feed(audio: HTMLAudioElement, format: string, response: Response): Promise<void> {
  const source = new MediaSource();
  const url = URL.createObjectURL(source);
  const reader = response.body!.getReader();
  try {
    audio.src = url;
    await next(source, 'sourceopen');
    const buffer = source.addSourceBuffer(types[format]!);
    for (;;) {
      const { done, value } = await reach(() => reader.read());
      if (done) break;
      buffer.appendBuffer(value);
      await next(buffer, 'updateend');
      while (buffered(audio) > audio.currentTime + AHEAD) await next(audio, 'timeupdate');
    }
    source.endOfStream();
  } finally {
    URL.revokeObjectURL(url);
    await reader.cancel().catch(() => undefined);
  }
}

function buffered({ buffered }: HTMLAudioElement): number {
  return buffered.length === 0 ? 0 : buffered.end(buffered.length - 1);
}

function next(target: EventTarget, name: string): Promise<unknown> {
  return new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));
}
