import type { FastifyInstance } from 'fastify';
import { LangduError } from '../../errors.ts';
import { pathOf, sendError } from './errors.ts';

/**
 * 404 where there is nothing, 405 with `Allow` where there is something for other methods. Register before the routes.
 */
export function addNotFound(app: FastifyInstance): void {
  const served = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const entry = served.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) entry.methods.add(one);
    served.set(url, entry);
  });

  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const match = [...served.values()].find(({ pattern }) => pattern.test(path));
    if (match === undefined || match.methods.has(request.method)) {
      return sendError(new LangduError('not_found', { path }), request, reply);
    }
    const allowed = [...match.methods].sort();
    reply.header('allow', allowed.join(', '));
    return sendError(new LangduError('method_not_allowed', { path, allowed }), request, reply);
  });
}

/** `/audio/:name` → what matches `/audio/x`. */
function patternOf(url: string): RegExp {
  const source = url
    .split(/(:\w+|\*)/)
    .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${source.join('')}$`);
}
