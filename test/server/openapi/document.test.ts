import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { formatNames } from '../../../src/audio/formats.ts';
import { catalogue } from '../../../src/errors.ts';
import { answeredCodes } from '../../../src/server/openapi/failures.ts';
import type { OpenApiDocument, Operation } from '../../../src/server/openapi/types.ts';
import { openTestJobs } from '../../jobs/opened.ts';
import { routesOf } from '../routes-of.ts';
import { serve } from '../serving.ts';
import { ToneSpeaker } from '../tone-speaker.ts';

async function documentOf(t: Parameters<typeof serve>[0]) {
  const { jobs, results } = await openTestJobs(t, { speaker: new ToneSpeaker(), settings: { jobSlots: 0 } });
  const serving = await serve(t, { jobs, results });
  const response = await fetch(`${serving.url}/openapi.json`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  return { ...serving, document: (await response.json()) as OpenApiDocument };
}

function operations(document: OpenApiDocument): [name: string, operation: Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

test('the document is valid OpenAPI 3.1', async (t) => {
  const { document } = await documentOf(t);
  const validator = new Validator();
  const { valid, errors } = await validator.validate({ ...structuredClone(document) });
  assert.ok(valid, JSON.stringify(errors, null, 2));
  assert.equal(validator.version, '3.1');
  const broken = structuredClone(document) as { paths: Record<string, unknown> };
  broken.paths['/healthz'] = { get: { responses: 5 } };
  assert.equal((await new Validator().validate({ ...broken })).valid, false, 'the validator finds faults');
});

test('every route that is registered is in it', async (t) => {
  const { document, app } = await documentOf(t);
  const documented = operations(document).map(([name]) => name);
  const registered = routesOf(app.printRoutes({ commonPrefix: false }))
    .map((route) => route.replace(/:(\w+)/g, '{$1}'))
    .filter((name) => !isFileOfPage(name));
  assert.deepEqual(documented.sort(), registered.sort());
  assert.ok(registered.includes('POST /v1/audio/speech'));
});

test('every operation says what it is, what it takes and what may go wrong', async (t) => {
  const { document } = await documentOf(t);
  const ids = new Set<string>();
  for (const [name, { operationId, summary, responses, parameters }] of operations(document)) {
    assert.notEqual(summary, name, `${name} has a summary`);
    assert.ok(!ids.has(operationId), operationId);
    ids.add(operationId);
    assert.ok(Object.keys(responses).some((status) => status.startsWith('2')) && responses['500'] !== undefined, name);
    for (const parameter of parameters) {
      if (parameter.in !== 'path') assert.ok(parameter.description, `${name}: ${parameter.name}`);
    }
  }
});

test('every code that an answer may have is in it, and is a code', async (t) => {
  const { document } = await documentOf(t);
  const said = operations(document).flatMap(([, { responses }]) =>
    Object.values(responses).flatMap(({ description }) =>
      [...description.matchAll(/^`(\w+)`: /gm)].map(([, code]) => code!),
    ),
  );
  // Those two are of addresses that are none, and this one of a page that is not built.
  const nowhere = ['not_found', 'method_not_allowed', 'page_not_built'];
  assert.deepEqual([...new Set([...said, ...nowhere])].sort(), [...answeredCodes].sort());
  assert.deepEqual((document.components.schemas.ErrorCode as { enum: string[] }).enum, answeredCodes);
  for (const code of said) assert.ok(code in catalogue, code);
});

test('its schemas are those that validate', async (t) => {
  const { document, post } = await documentOf(t);
  const body = document.paths['/api/tts']!.post!.requestBody!.content['application/json']!.schema as {
    additionalProperties: boolean;
    properties: Record<string, { enum?: string[]; minimum?: number; maximum?: number }>;
  };
  assert.equal(body.additionalProperties, false);
  assert.deepEqual(body.properties.format!.enum, formatNames);
  const { minimum, maximum } = body.properties.rate!;
  assert.equal((await post({ text: '好', rate: minimum })).status, 200);
  assert.equal((await post({ text: '好', rate: maximum! + 0.001 })).status, 400);
});

test('the page reads without anything but itself', async (t) => {
  const { url, document } = await documentOf(t);
  const page = await fetch(`${url}/docs`);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; /);
  assert.doesNotMatch(policy, /unsafe|\*|http/);
  const html = await page.text();
  assert.doesNotMatch(html, /<script|<link|<img|src=|url\(| style=| on\w+=/);
  for (const [, { operationId }] of operations(document)) {
    assert.ok(html.includes(`<article id="${operationId}">`) && html.includes(`href="#${operationId}"`), operationId);
  }
});

function isFileOfPage(name: string): boolean {
  return /^GET \/($|index\.html$|assets\/|favicon)/.test(name);
}
