import { type Folding, foldAt, isSign, loadFolding, symbolClass } from './folding.ts';
import { type Action, actions } from './verdict.ts';

/** A line of a list. */
export interface Entry {
  /** The word folded; without white space unless it is `exact`. */
  readonly symbols: string;
  /** `allow` excuses what lies inside of the word. */
  readonly action: Action;
  readonly rule: string;
  /** Found as written: white space, punctuation and signs count. */
  readonly exact: boolean;
  /** Found inside of longer words of letters and digits too. */
  readonly inside: boolean;
  /** Found in whatever sounds like it. */
  readonly sound: boolean;
}

const flags = ['exact', 'inside', 'sound'] as const;
const LONGEST_WORD = 200;
const ruleName = /^[\p{L}\p{N}_.:-]{1,64}$/u;

/** A name that may be shown to callers and written to logs. */
export function isRuleName(name: string): boolean {
  return ruleName.test(name);
}

/**
 * A list: word, action, rule and, if any, flags separated by commas, with tabs between. Lines that begin with `# ` and
 * empty ones do not count. The thrown error's message names the line and what is wrong, but not the word. Yields now
 * and then.
 */
export function* parseEntries(text: string): Generator<void, Entry[]> {
  const entries: Entry[] = [];
  let line = 0;
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf('\n', from);
    const to = found < 0 ? text.length : found;
    line += 1;
    const written = text.slice(from, to).replace(/\r$/, '');
    if (written.trim() !== '' && written !== '#' && !written.startsWith('# ')) {
      entries.push(parseLine(written, (problem) => new Error(`line ${line}: ${problem}`)));
    }
    from = to + 1;
    if (line % 512 === 0) yield;
  }
  return entries;
}

function parseLine(line: string, wrong: (problem: string) => Error): Entry {
  const [word = '', action, rule, written = '', ...rest] = line.split('\t').map((field) => field.trim());
  if (action === undefined || rule === undefined || rest.length > 0) {
    throw wrong('expected word, action, rule and perhaps flags, with tabs between');
  }
  if (word === '') throw wrong('the word is empty');
  const known = actions.find((each) => each === action);
  if (known === undefined) throw wrong(`"${action}" is no action; there are ${actions.join(', ')}`);
  if (!isRuleName(rule)) throw wrong('a rule has 1 to 64 letters, digits or -_.:');
  const given = written === '' ? [] : written.split(/[\s,]+/);
  const unknown = given.find((flag) => !flags.some((each) => each === flag));
  if (unknown !== undefined) throw wrong(`"${unknown}" is no flag; there are ${flags.join(', ')}`);
  const [exact, inside, sound] = flags.map((flag) => given.includes(flag)) as [boolean, boolean, boolean];
  if (exact && sound) throw wrong('exact and sound exclude each other');
  const symbols = foldWord(word, exact);
  if (symbols === undefined)
    throw wrong('the word holds signs, which are skipped in a text: leave them out, or add exact');
  if (symbols.length > LONGEST_WORD) throw wrong(`the word is longer than ${LONGEST_WORD} characters`);
  if (symbols === '') throw wrong('nothing of the word can be seen');
  if (sound && !canSound(symbols)) throw wrong('sound needs two Han characters or more');
  return { symbols, action: known, rule, exact, inside, sound };
}

/** Words of one syllable sound like too much. */
export function canSound(symbols: string): boolean {
  return /\p{Script=Han}.*\p{Script=Han}/u.test(symbols);
}

/** Undefined where the word has signs and is not to be found as written. */
function foldWord(word: string, exact: boolean): string | undefined {
  const folding = loadFolding();
  let symbols = '';
  for (const char of word) {
    const folded = foldAt(folding, char, 0);
    if (exact || !holdsSign(folded, folding)) symbols += folded;
    else if (folded.trim() !== '') return undefined;
  }
  return symbols;
}

function holdsSign(symbols: string, { classes }: Folding): boolean {
  for (let at = 0; at < symbols.length; at += 1) {
    if (classes[symbols.charCodeAt(at)] === symbolClass.sign) return true;
  }
  return symbols.length === 2 && isSign(symbols);
}
