import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { asLangduError } from '../errors.ts';
import type { BegunSpeech } from './begin-speech.ts';

/**
 * What waits between the speech and a full socket. Node writes no further until the socket drains, the stream pulls no
 * further until this is read, and the speech is made no further until it is pulled.
 */
const BUFFER_BYTES = 16 * 1024;

/** Answers with the audio: as it is made, or at once where all of it is known. */
export function sendAudio(reply: FastifyReply, speech: BegunSpeech): FastifyReply {
  const { file, whole } = speech;
  if (whole === undefined) return sendStream(reply, file.contentType, bytesOf(speech, reply));
  return reply.header('cache-control', 'no-store').header('accept-ranges', 'none').type(file.contentType).send(whole);
}

/** Answers with what is made now: passed on now by the proxies between, and kept by nobody. */
export function sendStream(
  reply: FastifyReply,
  contentType: string,
  pieces: AsyncIterable<Uint8Array | string>,
): FastifyReply {
  reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').header('accept-ranges', 'none');
  // The stream waits for the end of the response beside every plugin that does: more than the ten that Node takes for a
  // leak.
  reply.raw.setMaxListeners(20);
  return reply.type(contentType).send(Readable.from(pieces, { objectMode: false, highWaterMark: BUFFER_BYTES }));
}

/**
 * The bytes of a speech. When it fails half way the error goes on to fastify, which cuts the connection: a chunked body
 * without its end is the only way to say "this is not all" once bytes are out.
 */
async function* bytesOf({ pieces }: BegunSpeech, reply: FastifyReply): AsyncGenerator<Uint8Array> {
  try {
    for await (const { bytes } of pieces) if (bytes.length > 0) yield bytes;
  } catch (error) {
    reply.errorCode = asLangduError(error).code;
    throw error;
  }
}
