/** Reading protobuf's wire format: the counterpart of protobuf.ts, for graphs that we wrote ourselves. */

export interface Field {
  readonly number: number;
  /** Of a varint; 64-bit two's complement. */
  readonly value: bigint;
  /** Of a length-delimited field, or the four bytes of a fixed one; a view, not a copy. */
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** The fields of a message in order. Throws `RangeError` on what is cut short or of another wire type. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  for (let at = 0; at < message.length; ) {
    const key = varintAt(message, at);
    at = key.next;
    const number = Number(key.value >> 3n);
    const wire = Number(key.value & 7n);
    if (wire === 0) {
      const { value, next } = varintAt(message, at);
      at = next;
      yield { number, value, bytes: NOTHING };
      continue;
    }
    let length = 4;
    if (wire === 2) {
      const size = varintAt(message, at);
      at = size.next;
      length = Number(size.value);
    } else if (wire !== 5) throw new RangeError(`wire type ${wire}`);
    if (at + length > message.length) throw new RangeError(`field ${number} reaches past the end`);
    yield { number, value: 0n, bytes: message.subarray(at, at + length) };
    at += length;
  }
}

/** Repeated integers in the packed form. */
export function packedVarints(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, next } = varintAt(bytes, at);
    values.push(Number(BigInt.asIntN(64, value)));
    at = next;
  }
  return values;
}

function varintAt(bytes: Uint8Array, start: number): { value: bigint; next: number } {
  let value = 0n;
  for (let at = start; at < start + 10; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('a varint is cut short');
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw new RangeError('a varint is longer than ten bytes');
}
