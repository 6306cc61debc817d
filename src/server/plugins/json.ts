import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LangduError } from '../../errors.ts';

/**
 * Bodies are JSON in UTF-8, or refused: another charset or a compressed body would be read as other text than was
 * meant.
 */
export function addJsonBodies(app: FastifyInstance): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (!/^utf-?8$/i.test(charset) || encoding.toLowerCase() !== 'identity') {
      throw new LangduError('media_type_unsupported');
    }
    try {
      return JSON.parse(utf8.decode(body));
    } catch (error) {
      // Without the cause: a parser's message quotes the text.
      throw new LangduError('json_invalid', {}, (error as Error).name);
    }
  });
}
