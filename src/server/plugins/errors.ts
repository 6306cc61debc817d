import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asLangduError, type ErrorCode, type ErrorLanguage, LangduError } from '../../errors.ts';
import { isOpenAi, openAiError, openAiStatus } from '../openai/errors.ts';
import { preferredLanguage } from './language.ts';
import { invalidRequest } from './validation.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** What went wrong with this request, for the log. */
    errorCode: ErrorCode | undefined;
  }
}

/** Every error leaves in the shape of its dialect and in the caller's language; what is unforeseen stays in the log. */
export function addErrors(app: FastifyInstance): void {
  app.decorateReply('errorCode', undefined);
  app.setErrorHandler<FastifyError>((thrown, request, reply) =>
    sendError(fromFastify(thrown, request), request, reply),
  );
}

/** Answers with an error. Also for fastify's own failures, which pass by every hook. */
export function sendError(error: LangduError, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body, language } = failureOf(error, request, reply);
  const { retryAfter } = error.params;
  if (typeof retryAfter === 'number') reply.header('retry-after', Math.max(1, Math.ceil(retryAfter)));
  reply
    .code(status)
    .header('x-request-id', request.id)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    // Not through the route's response schema: that is the shape of success.
    .serializer(JSON.stringify)
    .send(body);
}

/** A failure as its caller is told of it, logged: for an answer of its own, or for the end of one that has begun. */
export function failureOf(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): { status: number; body: object; language: ErrorLanguage } {
  const error = asLangduError(thrown);
  reply.errorCode = error.code;
  // 503 is how a stop or a wait is said, not a fault.
  if (error.status === 503) request.log.warn({ err: error }, 'request refused');
  else if (error.status >= 500) request.log.error({ err: error }, 'request failed');
  const openai = isOpenAi(request.url);
  const language = preferredLanguage(request.headers['accept-language'], openai ? 'en' : 'zh');
  return openai
    ? { status: openAiStatus(error), body: openAiError(error, language), language }
    : { status: error.status, body: { error: error.say(language), code: error.code }, language };
}

/** What fastify found wrong, as an error of the catalogue. */
export function fromFastify(thrown: FastifyError, request: FastifyRequest): LangduError {
  if (thrown instanceof LangduError) return thrown;
  if (thrown.validation) return invalidRequest(thrown);
  switch (thrown.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new LangduError('media_type_unsupported', {}, thrown);
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new LangduError('body_too_large', { limit: request.routeOptions.bodyLimit }, thrown);
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new LangduError('http_malformed', {}, thrown);
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new LangduError('not_found', { path: pathOf(request) }, thrown);
    case 'ECONNRESET': // gone before its body was all here
      return new LangduError('cancelled', {}, thrown);
    default:
      return asLangduError(thrown);
  }
}

/** The request's path as an error may repeat it: without the query, and not for ever. */
export function pathOf(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0]!;
  return path.length > 100 ? `${path.slice(0, 100)}…` : path;
}
