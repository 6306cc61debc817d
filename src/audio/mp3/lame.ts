import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createEncoder, type WasmMediaEncoder } from 'wasm-media-encoders';

export type Lame = WasmMediaEncoder<'audio/mpeg'>;
export type LameOptions = Parameters<Lame['configure']>[0];

const { resolve } = createRequire(import.meta.url);
/** The file's bytes at first, then what they were compiled to. */
let wasm: Parameters<typeof createEncoder>[1] | undefined;

/** An encoder has a WebAssembly memory of its own, which only the collector frees: those at rest are used again. */
const MOST_AT_REST = 8;
const atRest: Lame[] = [];

/** LAME 3.100 as WebAssembly, compiled on first use, once a thread. */
export async function takeLame(options: LameOptions): Promise<Lame> {
  const lame = atRest.pop() ?? (await instantiate());
  lame.configure(options);
  return lame;
}

/** The next stream's `configure` forgets all of this one. */
export function giveBackLame(lame: Lame): void {
  if (atRest.length < MOST_AT_REST) atRest.push(lame);
}

async function instantiate(): Promise<Lame> {
  wasm ??= await readFile(resolve('wasm-media-encoders/wasm/mp3'));
  return await createEncoder('audio/mpeg', wasm, (module) => {
    wasm = module;
  });
}
