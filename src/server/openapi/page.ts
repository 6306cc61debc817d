import { createHash } from 'node:crypto';
import type { Json, OpenApiDocument, Operation } from './types.ts';

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --soft: color-mix(in srgb, currentColor 6%, transparent); }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 68rem; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); } h3 { margin-top: 2.2rem; font-size: 1.05rem; }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; } code { background: var(--soft); padding: 0.1em 0.3em; border-radius: 4px; }
.method { display: inline-block; min-width: 4.2em; font-weight: 700; }
table { border-collapse: collapse; width: 100%; margin: 0.8rem 0; font-size: 0.93rem; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.7rem 0.35rem 0; border-bottom: 1px solid var(--line); }
td:first-child { white-space: nowrap; }
summary { cursor: pointer; margin: 0.6rem 0; } nav ul { list-style: none; padding: 0; columns: 20rem; } a { color: inherit; }
@media (max-width: 40rem) { table, tbody, tr, td { display: block; } thead { display: none; } td { border: 0; padding: 0; } tr { border-bottom: 1px solid var(--line); padding: 0.5rem 0; } }
`;

/** Its own style, and nothing else: no script, no font, no picture, no other host. */
export const REFERENCE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The document as a page to read. */
export function referencePage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const sections = document.tags
    .map((tag) => ({ ...tag, entries: operations.filter(({ operation }) => operation.tags.includes(tag.name)) }))
    .filter(({ entries }) => entries.length > 0);
  const contents = sections.flatMap(({ entries }) =>
    entries.map(({ method, path, operation }) => {
      const name = `<span class="method">${method}</span> ${escaped(path)}`;
      return `<li><a href="#${operation.operationId}"><code>${name}</code></a></li>`;
    }),
  );
  const parts = sections.map(
    ({ name, description, entries }) =>
      `<section><h2>${escaped(name)}</h2><p>${prose(description)}</p>${entries.map(operationPart).join('')}</section>`,
  );
  const { title, version, description } = document.info as Record<string, string>;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title!)}: HTTP API</title><style>${style}</style></head>
<body><main><h1>${escaped(title!)} ${escaped(version!)}: HTTP API</h1><p>${prose(description!)}</p>
<p>For programs: <a href="/openapi.json">openapi.json</a>, OpenAPI ${document.openapi}.</p>
<nav aria-label="Operations"><ul>${contents.join('')}</ul></nav>
${parts.join('\n')}</main></body></html>
`;
}

function operationPart({ method, path, operation }: { method: string; path: string; operation: Operation }): string {
  const { operationId, summary, description = '', parameters, requestBody, responses } = operation;
  const rows = parameters.map(({ name, in: place, required, description: says = '', schema, content }) =>
    row(name, schema ?? content?.['application/json']?.schema ?? {}, required, says, place),
  );
  const body = requestBody?.content['application/json']?.schema;
  const answer =
    responses['200']?.content['application/json']?.schema ?? responses['202']?.content['application/json']?.schema;
  const types = Object.keys(responses['200']?.content ?? {}).filter((type) => type !== 'application/json');
  const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400);
  return `<article id="${operationId}"><h3><code><span class="method">${method}</span> ${escaped(path)}</code></h3>
<p>${prose(summary)}</p>${description === '' ? '' : `<p>${prose(description)}</p>`}
${rows.length === 0 ? '' : table('Parameters', rows)}
${body === undefined ? '' : table('Body', propertyRows(body))}
${answer === undefined ? '' : table('Answer', propertyRows(answer))}
${types.length === 0 ? '' : `<p>Answers with ${types.map((type) => `<code>${escaped(type)}</code>`).join(', ')}.</p>`}
<details><summary>Errors</summary>${errors.map(([status, { description: says }]) => `<p><strong>${status}</strong></p><p>${prose(says)}</p>`).join('')}</details></article>`;
}

function table(title: string, rows: readonly string[]): string {
  if (rows.length === 0) return '';
  return `<table><thead><tr><th scope="col">${title}</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** A row for each property, those of objects and of arrays of objects under their path. */
function propertyRows(schema: Json, prefix = ''): string[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).flatMap(([name, property]) => {
    const { description = '', items } = property as { description?: string; items?: Json };
    const nested = propertyRows(items ?? property, `${prefix}${name}${items === undefined ? '' : '[]'}.`);
    return [row(prefix + name, property, required.includes(name), description), ...nested];
  });
}

function row(name: string, schema: Json, required: boolean, says: string, place?: string): string {
  const where = place === undefined || place === 'query' ? '' : ` <small>${place}</small>`;
  return `<tr><td><code>${escaped(name)}</code>${where}</td><td>${escaped(typeOf(schema))}${required ? ', required' : ''}</td><td>${prose(says)}</td></tr>`;
}

/** `number, 0.25 to 4`; `one of wav, mp3`. */
function typeOf(schema: Json): string {
  const {
    type,
    enum: values,
    minimum,
    maximum,
    maxLength,
    anyOf,
    items,
    const: only,
  } = schema as Record<string, unknown>;
  if (Array.isArray(values)) return `one of ${values.join(', ')}`;
  if (Array.isArray(anyOf)) return anyOf.map((each: Json) => String(each.title ?? typeOf(each))).join(' or ');
  if (only !== undefined) return JSON.stringify(only);
  if (type === 'array') return `array of ${typeOf((items ?? {}) as Json)}`;
  const range = minimum === undefined || maximum === undefined ? '' : `, ${minimum} to ${maximum}`;
  return `${type ?? 'any'}${range}${maxLength === undefined ? '' : `, at most ${maxLength} characters`}`;
}

/** Text with code between backticks and paragraphs between empty lines. */
function prose(text: string): string {
  return escaped(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll('\n\n', '</p><p>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
