import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { packageRoot } from '../../config/paths.ts';
import { LangduError } from '../../errors.ts';
import type { ServerParts } from '../parts.ts';
import { pagePolicy } from '../plugins/security-headers.ts';

/** Where the built page leaves room for the nonce; vite.config.ts writes it. */
const NONCE = '__NONCE__';

/** `GET /`: the page as Vite built it, or how to build it. */
export function addPageRoute(app: FastifyInstance, { webRoot = join(packageRoot, 'dist', 'web') }: ServerParts): void {
  const index = join(webRoot, 'index.html');
  if (!existsSync(index)) {
    app.get('/', async () => {
      throw new LangduError('page_not_built');
    });
    return;
  }
  const page = readFileSync(index, 'utf8');
  app.get('/', { schema: { hide: true } }, (_request, reply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', pagePolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page.replaceAll(NONCE, nonce));
  });
  app.register(fastifyStatic, {
    root: webRoot,
    wildcard: false,
    cacheControl: false,
    index: false,
    globIgnore: ['index.html'],
    setHeaders: (response, path) => {
      // Vite puts a hash of the content into the names under assets/.
      const hashed = path.startsWith(join(webRoot, 'assets'));
      response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
