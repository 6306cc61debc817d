import { ProtobufWriter } from './protobuf.ts';

/**
 * ONNX messages as protobuf. Field numbers from onnx.proto3 of ONNX 1.16.
 * Pinned to what ONNX Runtime 1.17 and later load: IR 8, opset 17 (LayerNormalization is the newest operator used).
 */
export const IR_VERSION = 8;
export const OPSET = 17;

/** Operators of ONNX Runtime's own, at the version it has always had. */
const CONTRIBUTED = { domain: 'com.microsoft', version: 1 };

export type ElementType = 'float32' | 'float16' | 'int8' | 'uint8' | 'int32' | 'int64' | 'bool';

/** TensorProto.DataType. */
export const dataType: Record<ElementType, number> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

export interface TensorValue {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  /** A string names a dimension known only at run time. */
  readonly shape: readonly (number | string)[];
}

export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }
  | { readonly graph: GraphValue };

export interface NodeValue {
  readonly operator: string;
  /** '' for ONNX's own operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface GraphValue {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlyMap<string, TensorValue>;
  readonly nodes: readonly NodeValue[];
}

/**
 * The whole model as the bytes of a `.onnx` file. No version of ours is in it: the same import gives the same bytes.
 */
export function encodeModel(graph: GraphValue): Uint8Array {
  const model = new ProtobufWriter()
    .varint(1, IR_VERSION)
    .string(2, 'langdu')
    .message(7, encodeGraph(graph))
    .message(8, operatorSet('', OPSET));
  const { domain, version } = CONTRIBUTED;
  if (graph.nodes.some((node) => node.domain === domain)) model.message(8, operatorSet(domain, version));
  return model.finish();
}

function operatorSet(domain: string, version: number): ProtobufWriter {
  return new ProtobufWriter().string(1, domain).varint(2, version);
}

function encodeGraph(graph: GraphValue): ProtobufWriter {
  const message = new ProtobufWriter();
  graph.nodes.forEach((node, index) => {
    message.message(1, encodeNode(node, index));
  });
  message.string(2, graph.name);
  for (const [name, tensor] of graph.initializers) message.message(5, encodeTensor(name, tensor));
  for (const input of graph.inputs) message.message(11, encodeValueInfo(input));
  for (const output of graph.outputs) message.message(12, encodeValueInfo(output));
  return message;
}

function encodeNode(node: NodeValue, index: number): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const input of node.inputs) message.string(1, input);
  for (const output of node.outputs) message.string(2, output);
  message.string(3, `${node.operator}_${index}`).string(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) message.message(5, encodeAttribute(name, value));
  if (node.domain !== '') message.string(7, node.domain);
  return message;
}

function encodeAttribute(name: string, value: Attribute): ProtobufWriter {
  const message = new ProtobufWriter().string(1, name);
  if ('int' in value) return message.varint(3, value.int).varint(20, 2);
  if ('float' in value) return message.float(2, value.float).varint(20, 1);
  if ('string' in value) return message.string(4, value.string).varint(20, 3);
  if ('graph' in value) return message.message(6, encodeGraph(value.graph)).varint(20, 5);
  return message.packedVarints(8, value.ints).varint(20, 7);
}

function encodeTensor(name: string, tensor: TensorValue): ProtobufWriter {
  return new ProtobufWriter()
    .packedVarints(1, tensor.shape)
    .varint(2, dataType[tensor.type])
    .string(8, name)
    .bytes(9, tensor.bytes);
}

function encodeValueInfo(info: ValueInfo): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const dimension of info.shape) {
    const message = new ProtobufWriter();
    if (typeof dimension === 'number') message.varint(1, dimension);
    else message.string(2, dimension);
    shape.message(1, message);
  }
  const tensorType = new ProtobufWriter().varint(1, dataType[info.type]).message(2, shape);
  return new ProtobufWriter().string(1, info.name).message(2, new ProtobufWriter().message(1, tensorType));
}
