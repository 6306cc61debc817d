import type { FastifyInstance } from 'fastify';
import { openApiDocument, type RegisteredRoute } from '../openapi/document.ts';
import { REFERENCE_POLICY, referencePage } from '../openapi/page.ts';

/**
 * `GET /openapi.json` and `GET /docs`: what every route registered after this takes and gives. Register before the
 * others.
 */
export function addOpenApiRoutes(app: FastifyInstance): void {
  const routes: RegisteredRoute[] = [];
  app.addHook('onRoute', ({ url, method, schema = {} }) => {
    if (schema.hide === true) return;
    // What HEAD does, GET says.
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push({ method: each, url, schema });
  });

  // Made when first asked for: by then every route is there, and most servers are never asked.
  let made: { readonly json: string; readonly page: string } | undefined;
  const document = () => {
    if (made === undefined) {
      const whole = openApiDocument(routes);
      made = { json: JSON.stringify(whole), page: referencePage(whole) };
    }
    return made;
  };

  app.get(
    '/openapi.json',
    { schema: { summary: 'This document: OpenAPI 3.1', tags: ['Server'], produces: ['application/json'] } },
    async (_request, reply) =>
      reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(document().json),
  );
  app.get(
    '/docs',
    { schema: { summary: 'This document as a page', tags: ['Server'], produces: ['text/html'] } },
    async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', REFERENCE_POLICY)
        .header('cache-control', 'no-cache')
        .send(document().page),
  );
}
