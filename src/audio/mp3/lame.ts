import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createEncoder, type WasmMediaEncoder } from 'wasm-media-encoders';

export type Lame = WasmMediaEncoder<'audio/mpeg'>;
export type LameOptions = Parameters<Lame['configure']>[0];

const { resolve } = createRequire(import.meta.url);
let compiled: Promise<WebAssembly.Module> | undefined;

/** An encoder has a WebAssembly memory of its own, which only the collector frees: those at rest are used again. */
const MOST_AT_REST = 8;
const atRest: Lame[] = [];

/** LAME 3.100 as WebAssembly, compiled on first use, once a thread. */
export async function takeLame(options: LameOptions): Promise<Lame> {
  compiled ??= readFile(resolve('wasm-media-encoders/wasm/mp3')).then((bytes) => WebAssembly.compile(bytes));
  const lame = atRest.pop() ?? (await createEncoder('audio/mpeg', await compiled));
  lame.configure(options);
  return lame;
}

/** The next stream's `configure` forgets all of this one. */
export function giveBackLame(lame: Lame): void {
  if (atRest.length < MOST_AT_REST) atRest.push(lame);
}
