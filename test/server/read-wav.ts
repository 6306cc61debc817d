import assert from 'node:assert/strict';

export interface Wav {
  readonly sampleRate: number;
  /** `[n]` */
  readonly samples: Int16Array;
}

/** Reads a WAV as a strict player would: every size in it must be true. */
export function readWav(bytes: Uint8Array): Wav {
  const buffer = Buffer.from(bytes);
  assert.equal(buffer.toString('latin1', 0, 4), 'RIFF');
  assert.equal(buffer.toString('latin1', 8, 16), 'WAVEfmt ');
  assert.equal(buffer.readUInt32LE(4), buffer.length - 8, 'RIFF size');
  assert.equal(buffer.readUInt32LE(16), 16);
  assert.equal(buffer.readUInt16LE(20), 1, 'PCM');
  assert.equal(buffer.readUInt16LE(22), 1, 'mono');
  assert.equal(buffer.readUInt16LE(34), 16, 'bits');
  const sampleRate = buffer.readUInt32LE(24);
  assert.equal(buffer.readUInt32LE(28), sampleRate * 2);
  assert.equal(buffer.readUInt16LE(32), 2);
  assert.equal(buffer.toString('latin1', 36, 40), 'data');
  assert.equal(buffer.readUInt32LE(40), buffer.length - 44, 'data size');
  const samples = Int16Array.from({ length: (buffer.length - 44) / 2 }, (_, i) => buffer.readInt16LE(44 + 2 * i));
  return { sampleRate, samples };
}
