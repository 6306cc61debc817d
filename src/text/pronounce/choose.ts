import { readByNeighbours } from './context.ts';
import { type Choice, guess } from './guess.ts';
import { prefer } from './polyphones.ts';
import type { Run } from './run.ts';
import { surnameOf } from './surnames.ts';

/** Readings for the characters of a sentence; undefined where there is none and for what is no character. */
export function choose(run: Run): (Choice | undefined)[] {
  const choices = guess(run);
  for (let at = 0; at < choices.length; at += 1) {
    const choice = choices[at];
    if (choice === undefined || choice.own) continue;
    const number = run.wordOf[at]!;
    const surname =
      at > run.starts[number]!
        ? undefined
        : surnameOf(run.words[number]!, run.words[number - 1], run.words.slice(number + 1, number + 3));
    const nearby = surname ?? readByNeighbours(run.words[number]!, run.words[number - 1], run.words[number + 1]);
    const reading = nearby ?? prefer(run, at, choice);
    if (surname !== undefined) choices[at] = { reading, length: 0, own: true, by: 'surname' };
    else if (nearby !== undefined) choices[at] = { reading, length: 0, own: true, by: 'context' };
    else if (reading !== choice.reading) choices[at] = { reading, length: 0, own: false, by: 'model' };
  }
  return choices;
}
