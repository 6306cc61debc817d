/** A page's place in its stream (RFC 3533, 6). */
export const BEGINNING = 0x02;
export const END = 0x04;

const HEADER_BYTES = 27;
/** The same for every stream: the same request gives the same bytes. */
const SERIAL = 0x4c414e47;
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc;
});

/**
 * One Ogg page of whole packets.
 *
 * @param packets at most 255 segments of 255 bytes together
 * @param granule samples at 48 kHz up to the end of the page's last packet
 */
export function oggPage(packets: readonly Uint8Array[], flags: number, sequence: number, granule: number): Uint8Array {
  const lacing = packets.flatMap(({ length }) => [
    ...new Array<number>(Math.floor(length / 255)).fill(255),
    length % 255,
  ]);
  const page = new Uint8Array(HEADER_BYTES + lacing.length + packets.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(page.buffer);
  page.set([0x4f, 0x67, 0x67, 0x53, 0, flags]); // OggS, version 0
  view.setBigUint64(6, BigInt(granule), true);
  view.setUint32(14, SERIAL, true);
  view.setUint32(18, sequence, true);
  page[26] = lacing.length;
  page.set(lacing, HEADER_BYTES);
  let at = HEADER_BYTES + lacing.length;
  for (const packet of packets) {
    page.set(packet, at);
    at += packet.length;
  }
  view.setUint32(22, checksum(page), true);
  return page;
}

function checksum(page: Uint8Array): number {
  let crc = 0;
  for (const byte of page) crc = (crc << 8) ^ table[(crc >>> 24) ^ byte]!;
  return crc >>> 0;
}
