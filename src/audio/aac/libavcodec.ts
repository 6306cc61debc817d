import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';

/**
 * The functions of the package's bridge.c around libavcodec's AAC-LC encoder. A context is a pointer; 0 is a failure.
 */
export interface LibAvCodec {
  readonly HEAPU8: Uint8Array;
  /** @param bitrate in bit/s */
  _init_encoder(channels: number, sampleRate: number, bitrate: number): number;
  _get_encoder_frame_size(context: number): number;
  /** @returns where `size` bytes of a frame's float samples go; 0 when there is no memory. */
  _get_encode_input_ptr(context: number, size: number): number;
  _send_frame(context: number, time: bigint): number;
  /** @returns the size of a packet that is ready, 0 when none is, less than 0 on an error. */
  _receive_packet(context: number): number;
  _get_encoded_data(context: number): number;
  _flush_encoder_start(context: number): void;
  _close_encoder(context: number): void;
}

const { resolve } = createRequire(import.meta.url);
let library: Promise<LibAvCodec> | undefined;

/** libavcodec's AAC encoder as WebAssembly, compiled on first use, once a thread; streams share its memory. */
export function openLibAvCodec(): Promise<LibAvCodec> {
  library ??= instantiate();
  return library;
}

/**
 * The package's front encodes in a worker thread and answers later, while a stream here must answer at once, so this
 * takes the module beneath it. That is compiled as CommonJS and yet names `import.meta`, which neither kind of module
 * allows; it only asks there where a file would be that it carries within itself. The version is pinned for that.
 */
function instantiate(): Promise<LibAvCodec> {
  const file = join(dirname(resolve('@mediabunny/aac-encoder')), '..', 'modules', 'build', 'aac.js');
  const source = readFileSync(file, 'utf8').replaceAll('import.meta.url', '""');
  const exported: { default?: () => Promise<LibAvCodec> } = {};
  compileFunction(source, ['exports'], { filename: file })(exported);
  if (exported.default === undefined) throw new Error(`${file} is not the module it was`);
  return exported.default();
}
