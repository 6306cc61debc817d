import type { Inventory } from './inventory.ts';
import { loadInventory } from './inventory.ts';

const roundedAfterPalatal = /^([jqxy])[uv](?=$|a|e|n|r)/;
const retroflex = /^([zcs])h/;

/** The phones of syllables in one inventory: its own table first, then what comes nearest. */
export class PhoneTable {
  readonly #inventory: Inventory;
  readonly #known: ReadonlySet<string>;
  readonly #found = new Map<string, readonly string[] | undefined>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    this.#known = new Set(inventory.phones);
  }

  /** Whether the inventory's own table has the syllable (`hua`, `huar`; without tone). */
  has(name: string): boolean {
    return spellings(name).some((spelling) => this.#inventory.syllables.has(spelling));
  }

  /** The phones of a pinyin syllable without tone, undefined when nothing near it can be said. */
  phonesOf(name: string): readonly string[] | undefined {
    if (!this.#found.has(name)) this.#found.set(name, this.#find(name));
    return this.#found.get(name);
  }

  isPhone(name: string): boolean {
    return this.#known.has(name);
  }

  #find(name: string): readonly string[] | undefined {
    const own = this.#own(name) ?? this.#own(name.replace(/r$/, ''));
    if (own !== undefined) return own;
    const standard = compose(name) ?? compose(name.replace(/r$/, ''));
    return standard?.every((phone) => this.#known.has(phone)) ? standard : undefined;
  }

  /** By the table. Where it has flat initials only, as Sichuan has, zh is read z although a few loans keep it. */
  #own(name: string): readonly string[] | undefined {
    const flat = this.#inventory.syllables.has('zhang') ? [] : spellings(name.replace(retroflex, '$1'));
    for (const spelling of [...flat, ...spellings(name)]) {
      const phones = this.#inventory.syllables.get(spelling);
      if (phones !== undefined) return phones;
    }
    return undefined;
  }
}

/** As the tables write it: jv and yvan in one, ju and yuan in another. */
function spellings(name: string): string[] {
  const both = ['$1v', '$1u'].map((to) => name.replace(roundedAfterPalatal, to));
  return both[0] === both[1] ? [name] : both;
}

const initials = /^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.+)$/;

/** Initial and final of Mandarin, for the few syllables that are said but are in no table (rua, den, fiao). */
function compose(name: string): readonly string[] | undefined {
  const mandarin = loadInventory('PinYin').syllables;
  for (const spelling of spellings(name)) {
    const phones = mandarin.get(spelling);
    if (phones !== undefined) return phones;
  }
  const [, initial = '', final = ''] = initials.exec(name) ?? [];
  const finals: Readonly<Record<string, string>> = { ui: 'uei', iu: 'iou', un: 'uen', ue: 've' };
  const onset = initial === '' ? 'ge' : initial === 'x' ? 'xx_c' : `${initial}_c`;
  return [onset, `${finals[final] ?? final}_c`];
}
