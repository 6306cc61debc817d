import type { PickleMachine } from './pickle.ts';
import { forbidden, invalid } from './problem.ts';
import type { PickleValue } from './value.ts';

type Operation = (machine: PickleMachine) => void;

/** Integers longer than this are no number of a checkpoint; the longest that torch writes is its 10-byte magic. */
const maximumInteger = 64;

/**
 * The instructions torch's pickles use, protocols 1 to 4; all others are refused. Names and meanings are those of
 * Python's Lib/pickletools.py. STOP is the loop's own.
 */
export const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x80, (m) => protocol(m.input.byte())], // PROTO
  [0x95, (m) => void m.input.bytes(8)], // FRAME: a hint for buffering
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popMark()], // POP_MARK

  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.input.bytes(4).readInt32LE())], // BININT
  [0x4b, (m) => m.push(m.input.byte())], // BININT1
  [0x4d, (m) => m.push(m.input.bytes(2).readUInt16LE())], // BININT2
  [0x49, (m) => m.push(decimal(m.input.line()))], // INT
  [0x4c, (m) => m.push(decimal(m.input.line().replace(/L$/, '')))], // LONG
  [0x8a, (m) => m.push(integer(m, m.input.byte()))], // LONG1
  [0x8b, (m) => m.push(integer(m, m.input.bytes(4).readUInt32LE()))], // LONG4
  [0x47, (m) => m.push(m.input.bytes(8).readDoubleBE())], // BINFLOAT

  [0x58, (m) => m.push(m.input.text(m.input.bytes(4).readUInt32LE()))], // BINUNICODE
  [0x8c, (m) => m.push(m.input.text(m.input.byte()))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.input.text(Number(m.input.bytes(8).readBigUInt64LE())))], // BINUNICODE8
  // Python 2's str.
  [0x54, (m) => m.push(m.input.text(m.input.bytes(4).readUInt32LE()))], // BINSTRING
  [0x55, (m) => m.push(m.input.text(m.input.byte()))], // SHORT_BINSTRING

  [0x29, (m) => m.pushContainer([])], // EMPTY_TUPLE
  [0x85, (m) => tuple(m, 1)], // TUPLE1
  [0x86, (m) => tuple(m, 2)], // TUPLE2
  [0x87, (m) => tuple(m, 3)], // TUPLE3
  [0x74, (m) => m.pushContainer(m.popMark())], // TUPLE
  [0x5d, (m) => m.pushContainer([])], // EMPTY_LIST
  [0x6c, (m) => m.pushContainer(m.popMark())], // LIST
  [0x61, (m) => append(m, [m.pop()])], // APPEND
  [0x65, (m) => append(m, m.popMark())], // APPENDS
  [0x8f, (m) => m.pushContainer([])], // EMPTY_SET
  [0x90, (m) => append(m, m.popMark())], // ADDITEMS
  [0x7d, (m) => m.pushContainer(new Map())], // EMPTY_DICT
  [0x64, (m) => dictionary(m)], // DICT
  [0x73, (m) => setItem(m)], // SETITEM
  [0x75, (m) => setItems(m, m.popMark())], // SETITEMS

  [0x71, (m) => m.remember(m.input.byte())], // BINPUT
  [0x72, (m) => m.remember(m.input.bytes(4).readUInt32LE())], // LONG_BINPUT
  [0x94, (m) => m.memoize()], // MEMOIZE
  [0x68, (m) => m.recall(m.input.byte())], // BINGET
  [0x6a, (m) => m.recall(m.input.bytes(4).readUInt32LE())], // LONG_BINGET

  [0x63, (m) => m.pushGlobal(m.input.line(), m.input.line())], // GLOBAL
  [0x93, (m) => stackGlobal(m)], // STACK_GLOBAL
  [0x52, (m) => m.reduce()], // REDUCE
  [0x81, (m) => m.reduce()], // NEWOBJ: the same for the few types there are
  [0x62, (m) => build(m)], // BUILD
  [0x51, (m) => m.loadPersistent()], // BINPERSID
]);

function protocol(version: number): void {
  if (version > 4) throw invalid(`a pickle is of protocol ${version}`);
}

/** Python's integers are unbounded: those a double cannot hold stay bigint. */
function integer(machine: PickleMachine, length: number): number | bigint {
  if (length > maximumInteger) throw invalid(`a pickle holds an integer of ${length} bytes`);
  if (length === 0) return 0;
  const bytes = machine.input.bytes(length);
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return narrow(BigInt.asIntN(8 * length, value));
}

function decimal(text: string): number | bigint | boolean {
  // How protocols 0 and 1 write booleans.
  if (text === '00' || text === '01') return text === '01';
  if (!/^-?\d{1,150}$/.test(text)) throw invalid('a pickle holds an integer that is none');
  return narrow(BigInt(text));
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function tuple(machine: PickleMachine, length: number): void {
  const items: PickleValue[] = [];
  for (let i = 0; i < length; i++) items.unshift(machine.pop());
  machine.pushContainer(items);
}

function append(machine: PickleMachine, items: readonly PickleValue[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw invalid(`a pickle appends to what is no list ${machine.where()}`);
  for (const item of items) list.push(item);
}

function dictionary(machine: PickleMachine): void {
  const items = machine.popMark();
  machine.pushContainer(new Map());
  setItems(machine, items);
}

function setItem(machine: PickleMachine): void {
  const value = machine.pop();
  const key = machine.pop();
  setItems(machine, [key, value]);
}

function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const target = machine.top();
  if (!(target instanceof Map)) throw invalid(`a pickle sets a key of what is no dict ${machine.where()}`);
  if (items.length % 2 !== 0) throw invalid(`a pickle has a key without a value ${machine.where()}`);
  for (let i = 0; i < items.length; i += 2) target.set(machine.key(items[i]!), items[i + 1]!);
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof name !== 'string' || typeof module !== 'string') {
    throw invalid(`a pickle names something by what is no text ${machine.where()}`);
  }
  machine.pushGlobal(module, name);
}

/** State for an object: only dicts have any, `_metadata` of a state dict, and it is not wanted. */
function build(machine: PickleMachine): void {
  machine.pop();
  if (!(machine.top() instanceof Map)) throw forbidden(`state for what is no dict ${machine.where()}`);
}
