import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { packageRoot } from '../../config/paths.ts';
import { LangduError } from '../../errors.ts';
import type { ServerParts } from '../parts.ts';
import { PAGE_POLICY } from '../plugins/security-headers.ts';

/** `GET /`: the page as Vite built it, or how to build it. */
export function addPageRoute(app: FastifyInstance, { webRoot = join(packageRoot, 'dist', 'web') }: ServerParts): void {
  if (!existsSync(join(webRoot, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, async () => {
      throw new LangduError('page_not_built');
    });
    return;
  }
  app.register(fastifyStatic, {
    root: webRoot,
    wildcard: false,
    cacheControl: false,
    setHeaders: (response, path) => {
      // Vite puts a hash of the content into the names under assets/.
      const hashed = path.startsWith(join(webRoot, 'assets'));
      response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (path.endsWith('.html')) response.setHeader('content-security-policy', PAGE_POLICY);
    },
  });
}
