import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { LangduError } from '../../errors.ts';
import { requestId } from './request-id.ts';

/** Answers on a bare socket, where there is no request that fastify knows of, and closes it. */
export function answerRaw(socket: Duplex, error: LangduError, headers: readonly string[] = []): void {
  const body = JSON.stringify({ error: error.say('zh'), code: error.code });
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId(undefined)}`,
    'x-content-type-options: nosniff',
    'connection: close',
    ...headers,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
