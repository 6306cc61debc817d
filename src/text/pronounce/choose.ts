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
    const surname = surnameOf(run.words[number]!, run.words[number - 1], run.words[number + 1]);
    const reading = surname ?? prefer(run, at, choice);
    if (surname !== undefined) choices[at] = { reading, length: 0, own: true, by: 'surname' };
    else if (reading !== choice.reading) choices[at] = { reading, length: 0, own: false, by: 'model' };
  }
  return choices;
}
