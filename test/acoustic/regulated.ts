import { encode } from '../../src/acoustic/encode.ts';
import { type Regulated, regulate } from '../../src/acoustic/regulate.ts';
import type { Voice } from '../../src/voice/open.ts';
import { encodeSymbols, parseTokens } from '../../src/voice/symbol-ids.ts';

/** A symbol line, encoded and spread over time, with nothing asked for but perhaps a rate. */
export function regulated(voice: Voice, line: string, rate = 1): Regulated {
  const tokens = parseTokens(voice.manifest, line);
  const encoded = encode(voice.acoustic, {
    ids: encodeSymbols(voice.manifest, tokens),
    length: tokens.length,
    intensity: new Float32Array(tokens.length).fill(1),
    pitch: { scale: 1, offset: 0 },
  });
  return regulate(encoded, voice.acoustic.spec, rate);
}
