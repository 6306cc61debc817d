import { construct } from './construct.ts';
import { findGlobal } from './globals.ts';
import { operations } from './opcodes.ts';
import type { PickleInput } from './pickle-input.ts';
import { forbidden, invalid, quoted } from './problem.ts';
import type { PickleValue } from './value.ts';

/** Bytes of a pickle; that of a training checkpoint with a thousand tensors is about 300 KB. */
export const maximumPickleBytes = 1 << 25;
const maximumOperations = 1 << 22;
/** Dicts, lists, tuples, tensors, marks and copied entries: what the machine's memory grows with. */
const maximumContainers = 1 << 19;

/** What a persistent id stands for: the storages, which lie outside the pickle. */
export type PersistentLoad = (id: PickleValue) => PickleValue;

/** Reads one pickle up to its STOP. Nothing is executed: see globals.ts. Throws checkpoint_invalid or _forbidden. */
export function readPickle(input: PickleInput, persistentLoad: PersistentLoad): PickleValue {
  const machine = new PickleMachine(input, persistentLoad);
  for (let done = 0; done < maximumOperations; done++) {
    const code = input.byte();
    if (code === stop) return machine.pop();
    const operation = operations.get(code);
    if (operation === undefined) {
      throw forbidden(`the pickle instruction 0x${code.toString(16).padStart(2, '0')} ${machine.where()}`);
    }
    operation(machine);
  }
  throw invalid('a pickle has too many instructions');
}

const stop = 0x2e;

/** The stack and the memo that the instructions of opcodes.ts work on. */
export class PickleMachine {
  readonly input: PickleInput;
  readonly #persistentLoad: PersistentLoad;
  #stack: PickleValue[] = [];
  /** The stacks below the marks. */
  readonly #below: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  #containers = 0;

  constructor(input: PickleInput, persistentLoad: PersistentLoad) {
    this.input = input;
    this.#persistentLoad = persistentLoad;
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw invalid(`a pickle takes from an empty stack ${this.where()}`);
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw invalid(`a pickle looks at an empty stack ${this.where()}`);
    return value;
  }

  mark(): void {
    this.charge(1);
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  /** What lies above the last mark, taken off with it. */
  popMark(): PickleValue[] {
    const below = this.#below.pop();
    if (below === undefined) throw invalid(`a pickle returns to a mark it never set ${this.where()}`);
    const above = this.#stack;
    this.#stack = below;
    return above;
  }

  /** Counts new containers and copied entries against the bound. */
  charge(count: number): void {
    this.#containers += count;
    if (this.#containers > maximumContainers) throw invalid('a pickle holds too many objects');
  }

  pushContainer(value: PickleValue[] | Map<string | number, PickleValue>): void {
    this.charge(1);
    this.push(value);
  }

  /** A dict's key. Python allows more kinds; no checkpoint has been seen with them. */
  key(value: PickleValue): string | number {
    if (typeof value === 'string' || typeof value === 'number') return value;
    throw invalid(`a dict has a key that is neither text nor a number ${this.where()}`);
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw invalid(`a pickle recalls what it never kept ${this.where()}`);
    this.push(value);
  }

  pushGlobal(module: string, name: string): void {
    const global = findGlobal(`${module}.${name}`);
    if (global === undefined) throw forbidden(`${quoted(`${module}.${name}`)} ${this.where()}`);
    this.push(global);
  }

  reduce(): void {
    const given = this.pop();
    const callable = this.pop();
    this.push(construct(this, callable, given));
  }

  loadPersistent(): void {
    const id = this.pop();
    this.charge(1);
    this.push(this.#persistentLoad(id));
  }

  /** For a message: the byte, and the dict keys that lead there. Keys are the strings last pushed at every level. */
  where(): string {
    const keys = [...this.#below.slice(-8), this.#stack]
      .map((stack) => stack.findLast((value) => typeof value === 'string'))
      .filter((key) => key !== undefined);
    const after = keys.length === 0 ? '' : `, under ${keys.slice(-4).map(quoted).join(' ')}`;
    return `(at byte ${this.input.position}${after})`;
  }
}
