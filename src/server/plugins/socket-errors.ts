import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ErrorCode, LangduError } from '../../errors.ts';
import { isAnswered } from './linger.ts';
import { answerRaw } from './raw-answer.ts';

const codes: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Answers what is not HTTP, or came too slowly to become a request: there is no request here, only its socket. */
export function answerSocketError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // Node's own guard: once a response is on its way, anything more would become a part of it.
  const sending = (socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent === true;
  if (socket.writable && !sending && !isAnswered(socket))
    answerRaw(socket, new LangduError(codes[error.code ?? ''] ?? 'http_malformed'));
  socket.destroySoon();
}

/** What Node would answer itself, in a shape that is not ours, or not at all. */
export function answerForNode(server: Server): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const expectation = String(request.headers.expect).slice(0, 40);
    response.shouldKeepAlive = false;
    answerRaw(request.socket, new LangduError('expectation_failed', { expectation }));
  });
  // Nobody's proxy.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    const refusal = new LangduError('method_not_allowed', { path: '/', allowed: ['GET', 'HEAD', 'POST'] });
    answerRaw(socket, refusal, ['allow: GET, HEAD, POST']);
  });
}
