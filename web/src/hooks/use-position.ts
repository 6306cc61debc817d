import { useEffect, useState } from 'preact/hooks';
import type { Player } from '../audio/player.ts';

/**
 * Where the player is, in seconds, followed while it plays. `select` says what of it matters: nothing is drawn while
 * that stays.
 */
export function usePosition<T>(player: Player, select: (seconds: number) => T): T {
  const [value, setValue] = useState<T>(() => select(player.currentTime));
  useEffect(() => {
    let frame = 0;
    const look = () => {
      setValue(select(player.currentTime));
      // The clock moves without events.
      if (!player.paused) frame = requestAnimationFrame(look);
    };
    const again = () => {
      cancelAnimationFrame(frame);
      look();
    };
    again();
    const names = ['play', 'pause', 'ended', 'timeupdate', 'durationchange'];
    for (const name of names) player.addEventListener(name, again);
    return () => {
      cancelAnimationFrame(frame);
      for (const name of names) player.removeEventListener(name, again);
    };
  });
  return value;
}

/** Whether it plays. */
export function usePlaying(player: Player): boolean {
  const [playing, setPlaying] = useState(!player.paused);
  useEffect(() => {
    const look = () => setPlaying(!player.paused);
    const names = ['play', 'pause', 'ended'];
    for (const name of names) player.addEventListener(name, look);
    return () => {
      for (const name of names) player.removeEventListener(name, look);
    };
  }, [player]);
  return playing;
}
