import { createRequire } from 'node:module';

/** The release of ONNX Runtime, without loading it: another may compute other last bits. */
export const runtimeVersion: string = (
  createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }
).version;
