/** What sounds: the page's own player, or an element of the browser's. */
interface Sound {
  pause(): void;
}

let sounding: Sound | undefined;

/** One sound at a time: whoever begins has what sounded before paused. */
export function beginSound(sound: Sound): void {
  if (sounding !== sound) sounding?.pause();
  sounding = sound;
}

/** Pauses whatever sounds. */
export function hush(): void {
  sounding?.pause();
}
