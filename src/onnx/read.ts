import { type Field, fieldsOf, packedVarints } from './fields.ts';
import {
  type Attribute,
  dataType,
  type ElementType,
  type GraphValue,
  type NodeValue,
  type TensorValue,
  type ValueInfo,
} from './model.ts';

/**
 * The graph of a `.onnx` file that `encodeModel` wrote: written again, it is the same bytes. Throws `RangeError` on
 * what our writer does not write. Weights are views into `bytes`.
 */
export function decodeModel(bytes: Uint8Array): GraphValue {
  for (const { number, bytes: content } of fieldsOf(bytes)) if (number === 7) return readGraph(content);
  throw new RangeError('a model without a graph');
}

function readGraph(message: Uint8Array): GraphValue {
  const nodes: NodeValue[] = [];
  const initializers = new Map<string, TensorValue>();
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  let name = '';
  for (const field of fieldsOf(message)) {
    if (field.number === 1) nodes.push(readNode(field.bytes));
    else if (field.number === 2) name = text(field);
    else if (field.number === 5) initializers.set(...readTensor(field.bytes));
    else if (field.number === 11) inputs.push(readValueInfo(field.bytes));
    else if (field.number === 12) outputs.push(readValueInfo(field.bytes));
    else throw unknown('GraphProto', field);
  }
  return { name, inputs, outputs, initializers, nodes };
}

function readNode(message: Uint8Array): NodeValue {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Record<string, Attribute> = {};
  let operator = '';
  let domain = '';
  for (const field of fieldsOf(message)) {
    if (field.number === 1) inputs.push(text(field));
    else if (field.number === 2) outputs.push(text(field));
    else if (field.number === 4) operator = text(field);
    else if (field.number === 5) {
      const [name, value] = readAttribute(field.bytes);
      attributes[name] = value;
    } else if (field.number === 7) domain = text(field);
    // The name is made from the operator and the position.
    else if (field.number !== 3) throw unknown('NodeProto', field);
  }
  return { operator, domain, inputs, outputs, attributes };
}

function readAttribute(message: Uint8Array): [string, Attribute] {
  const fields = [...fieldsOf(message)];
  const name = fields.find(({ number }) => number === 1);
  const kind = fields.find(({ number }) => number === 20);
  const value = (number: number): Field => {
    const found = fields.find((field) => field.number === number);
    if (found === undefined) throw new RangeError('an attribute without its value');
    return found;
  };
  const label = name === undefined ? '' : text(name);
  switch (Number(kind?.value)) {
    case 1:
      return [label, { float: littleEndian(value(2).bytes).getFloat32(0, true) }];
    case 2:
      return [label, { int: Number(BigInt.asIntN(64, value(3).value)) }];
    case 3:
      return [label, { string: text(value(4)) }];
    case 5:
      return [label, { graph: readGraph(value(6).bytes) }];
    case 7:
      return [label, { ints: packedVarints(value(8).bytes) }];
    default:
      throw new RangeError(`attribute ${label} of type ${kind?.value}`);
  }
}

function readTensor(message: Uint8Array): [string, TensorValue] {
  let shape: number[] = [];
  let name = '';
  let type: ElementType = 'float32';
  let bytes = new Uint8Array(0);
  for (const field of fieldsOf(message)) {
    if (field.number === 1) shape = packedVarints(field.bytes);
    else if (field.number === 2) type = elementType(Number(field.value));
    else if (field.number === 8) name = text(field);
    else if (field.number === 9) bytes = field.bytes as Uint8Array<ArrayBuffer>;
    else throw unknown('TensorProto', field);
  }
  return [name, { type, shape, bytes }];
}

function readValueInfo(message: Uint8Array): ValueInfo {
  const fields = [...fieldsOf(message)];
  const name = fields.find(({ number }) => number === 1);
  const type = [...fieldsOf(inside(fields, 2))];
  const tensor = [...fieldsOf(inside(type, 1))];
  const kind = tensor.find(({ number }) => number === 1);
  const shape = [...fieldsOf(inside(tensor, 2))].map((dimension): number | string => {
    const [only] = fieldsOf(dimension.bytes);
    if (only === undefined) throw new RangeError('a dimension without extent');
    return only.number === 2 ? text(only) : Number(only.value);
  });
  return { name: name === undefined ? '' : text(name), type: elementType(Number(kind?.value)), shape };
}

function inside(fields: readonly Field[], number: number): Uint8Array {
  const found = fields.find((field) => field.number === number);
  if (found === undefined) throw new RangeError(`field ${number} is missing`);
  return found.bytes;
}

function elementType(code: number): ElementType {
  const found = (Object.keys(dataType) as ElementType[]).find((type) => dataType[type] === code);
  if (found === undefined) throw new RangeError(`tensor of type ${code}`);
  return found;
}

function text(field: Field): string {
  return new TextDecoder().decode(field.bytes);
}

function littleEndian(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unknown(message: string, field: Field): RangeError {
  return new RangeError(`${message} has field ${field.number}`);
}
