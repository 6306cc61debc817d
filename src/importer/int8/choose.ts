import type { MelDistance } from './log-mel.ts';
import type { Unit } from './units.ts';

/** A choice of units, and how far the voice is with them from float32. */
export interface Choice {
  readonly units: readonly Unit[];
  readonly distance: MelDistance;
}

/**
 * The units that may be int8 within `bound` dB of median distance, as many of what is gained as that allows: tried
 * alone, then taken in the order of gain to harm, the most of them that together stay within. Each adds a noise of its
 * own, so harms add as squares do. Undefined when not even the first stays within.
 */
export function chooseUnits(
  units: readonly Unit[],
  bound: number,
  measure: (units: readonly Unit[]) => MelDistance,
): Choice | undefined {
  const whole = measure(units);
  if (whole.median <= bound) return { units, distance: whole };
  const ranked = units
    .map((unit) => ({ unit, alone: measure([unit]).median }))
    .filter(({ alone }) => alone <= bound)
    .map(({ unit, alone }) => ({ unit, worth: unit.gain / Math.max(alone, 1e-6) ** 2 }))
    .sort((a, b) => b.worth - a.worth)
    .map(({ unit }) => unit);
  let best: Choice | undefined;
  let within = 0;
  let beyond = ranked.length + 1;
  while (beyond - within > 1) {
    const count = Math.ceil((within + beyond) / 2);
    const chosen = ranked.slice(0, count);
    const distance = measure(chosen);
    if (distance.median <= bound) {
      best = { units: chosen, distance };
      within = count;
    } else beyond = count;
  }
  return best;
}
