/** FLAC's check sums (RFC 9639, 9.1.8 and 9.3): no reflection, beginning at zero. */
const table8 = table(8, 0x07);
const table16 = table(16, 0x8005);

/** Over a frame's header. */
export function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = table8[crc ^ byte]!;
  return crc;
}

/** Over a whole frame. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ table16[(crc >>> 8) ^ byte]!;
  return crc;
}

function table(width: number, polynomial: number): Uint16Array {
  const mask = 2 ** width - 1;
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8);
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) & mask) ^ (crc >> (width - 1) ? polynomial : 0);
    return crc;
  });
}
