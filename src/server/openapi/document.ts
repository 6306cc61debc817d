import type { FastifySchema } from 'fastify';
import { packageVersion } from '../../config/paths.ts';
import { catalogue, type ErrorCode, LangduError } from '../../errors.ts';
import { isOpenAi, openAiStatus } from '../openai/errors.ts';
import { answeredCodes, failuresOf } from './failures.ts';
import { sections } from './operation.ts';
import type { Json, OpenApiDocument, Operation, Parameter, Reply } from './types.ts';

/** A route as it was registered. */
export interface RegisteredRoute {
  readonly method: string;
  /** With fastify's parameters: `/audio/:name`. */
  readonly url: string;
  readonly schema: FastifySchema;
}

/** The OpenAPI 3.1 document of these routes, made of the schemas that check them: JSON Schema is what both speak. */
export function openApiDocument(routes: readonly RegisteredRoute[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, path) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Langdu 朗读',
      version: packageVersion,
      summary: 'Chinese emotional speech from Sambert-HifiGAN voices.',
      description:
        'Bodies are JSON in UTF-8. Every answer has an `x-request-id`; send your own and it is kept. Errors have a `code` to program against, and a message in Chinese, or in English where `Accept-Language` prefers it. An address that does not exist is 404 `not_found`, a method that it does not have 405 `method_not_allowed`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    // A server without keys asks for none.
    security: [{}, { bearer: [] }, { header: [] }],
    tags: Object.entries(sections).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      schemas: errorSchemas(),
    },
  };
}

function operationOf({ method, url, schema }: RegisteredRoute, path: string): Operation {
  const { summary = `${method} ${path}`, description, tags = ['Server'], takesHeaders = {} } = schema;
  const body = schema.body as Json | undefined;
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^a-zA-Z0-9]+(.)?/g, (_, next = '') => String(next).toUpperCase())}`,
    summary,
    ...(description === undefined ? {} : { description }),
    tags,
    parameters: [
      ...parametersOf('path', (schema.params as Json | undefined) ?? namesIn(url)),
      ...parametersOf('query', schema.querystring as Json | undefined),
      ...Object.entries(takesHeaders).map(([name, says]) => ({
        name,
        in: 'header' as const,
        required: false,
        description: says,
        schema: { type: 'string' },
      })),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: { ...successOf(schema), ...errorsOf(url, schema) },
  };
}

/** Each property of an object's schema is a parameter. */
function parametersOf(place: 'path' | 'query', schema: Json | undefined): Parameter[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...type } = property as Json & { description?: string };
    const isObject = type.type === 'object';
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      // An object in a query is its JSON.
      ...(isObject ? { content: { 'application/json': { schema: type } } } : { schema: type }),
    };
  });
}

function namesIn(url: string): Json {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  if (url.endsWith('*')) names.push('path');
  return { properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) };
}

function successOf({ response, produces, givesHeaders = {} }: FastifySchema): Record<string, Reply> {
  const headers = Object.fromEntries(
    Object.entries(givesHeaders).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );
  const extra = Object.keys(headers).length === 0 ? {} : { headers };
  const answers = Object.entries((response ?? {}) as Record<string, Json>).map(([status, schema]) => [
    status,
    { description: 'As asked.', ...extra, content: { 'application/json': { schema } } },
  ]);
  if (answers.length > 0) return Object.fromEntries(answers);
  const types = produces ?? ['application/json'];
  const content = Object.fromEntries(
    types.map((type) => [type, { schema: type === 'application/json' ? {} : { type: 'string' } }]),
  );
  return { 200: { description: 'As asked.', ...extra, content } };
}

/** One answer for each status, which says the codes it may have and what they mean. */
function errorsOf(url: string, schema: FastifySchema): Record<string, Reply> {
  const codes = failuresOf({
    url,
    takesBody: schema.body !== undefined,
    takesFields: schema.body !== undefined || schema.querystring !== undefined,
    own: schema.errors ?? [],
  });
  const openai = isOpenAi(url);
  const shape = openai ? 'OpenAiError' : 'Error';
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = openai ? openAiStatus(new LangduError(code)) : catalogue[code].status;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      String(status),
      {
        description: those.map((code) => `\`${code}\`: ${catalogue[code].en}`).join('\n\n'),
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${shape}` } } },
      },
    ]),
  );
}

function errorSchemas(): Record<string, Json> {
  return {
    ErrorCode: {
      type: 'string',
      enum: answeredCodes,
      description: answeredCodes
        .map((code) => `\`${code}\` (${catalogue[code].status}): ${catalogue[code].en}`)
        .join('\n\n'),
    },
    Error: {
      type: 'object',
      required: ['error', 'code'],
      properties: {
        error: { type: 'string', description: 'for people, Chinese or English' },
        code: { $ref: '#/components/schemas/ErrorCode' },
      },
    },
    OpenAiError: {
      type: 'object',
      required: ['error'],
      properties: {
        error: {
          type: 'object',
          required: ['message', 'type', 'param', 'code'],
          properties: {
            message: { type: 'string' },
            type: { type: 'string' },
            param: { type: ['string', 'null'] },
            code: { type: 'string', description: "OpenAI's code, or one of ErrorCode" },
          },
        },
      },
    },
  };
}
