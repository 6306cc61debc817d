/** ISO/IEC 14496-3, table 1.18: a rate's index. */
const rates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const HEADER_BYTES = 7;

/** A mono AAC-LC packet with its ADTS header (ISO/IEC 14496-3, 1.A.3.2); a copy. */
export function adtsFrame(packet: Uint8Array, sampleRate: number): Uint8Array {
  const length = packet.length + HEADER_BYTES;
  const frame = new Uint8Array(length);
  frame[0] = 0xff;
  frame[1] = 0xf1; // MPEG-4, no check sum
  frame[2] = (1 << 6) | (rates.indexOf(sampleRate) << 2); // LC; the channels' highest bit is 0
  frame[3] = (1 << 6) | (length >> 11); // one channel
  frame[4] = (length >> 3) & 0xff;
  frame[5] = ((length & 7) << 5) | 0x1f; // fullness 0x7ff: the rate varies
  frame[6] = 0xfc; // one packet
  frame.set(packet, HEADER_BYTES);
  return frame;
}
