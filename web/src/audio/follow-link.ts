import { Unreachable } from '../server/ask.ts';

/**
 * Plays what a link leads to. A link may end while it is heard: then another one is asked for, and it goes on where it
 * was. Returns never, unless it is aborted. Throws what `find` throws, and `Unreachable` where a new link does not
 * help.
 */
export async function followLink(
  audio: HTMLAudioElement,
  find: () => Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  let at = 0;
  while (!signal.aborted) {
    const link = await find();
    if (signal.aborted) return;
    audio.src = link;
    audio.currentTime = at;
    await failure(audio, signal);
    if (audio.currentTime === at) throw new Unreachable(audio.error?.message);
    at = audio.currentTime;
  }
}

function failure(audio: HTMLAudioElement, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    audio.addEventListener('error', resolve, { once: true });
    signal.addEventListener('abort', resolve, { once: true });
  });
}
