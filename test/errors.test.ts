import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../src/config/paths.ts';
import { asLangduError, catalogue, type ErrorCode, fromRecord, LangduError, toRecord } from '../src/errors.ts';

test('docs/errors.md lists the codes of the catalogue, with their status, and no others', () => {
  const document = readFileSync(join(packageRoot, 'docs', 'errors.md'), 'utf8');
  const documented = [...document.matchAll(/^\| `(\w+)` \| (\d{3}) \| \S.* \|$/gm)].map(
    ([, code, status]) => `${code} ${status}`,
  );
  const actual = Object.entries(catalogue).map(([code, { status }]) => `${code} ${status}`);
  assert.deepEqual([...documented].sort(), [...actual].sort());
});

test('both languages say the same parameters', () => {
  const names = (template: string): string[] => [...new Set(template.match(/\{\w+\}/g))].sort();
  for (const [code, { zh, en }] of Object.entries(catalogue)) {
    assert.deepEqual(names(zh), names(en), code);
    assert.match(zh, /\p{Script=Han}/u, code);
    assert.doesNotMatch(en, /\p{Script=Han}/u, code);
  }
});

test('an error crosses a thread and comes back', () => {
  const error = new LangduError('voice_unknown', { voice: 'x', available: ['a', 'b'] }, new Error('why'));
  const back = fromRecord(structuredClone(toRecord(error)));
  assert.equal(back.code, 'voice_unknown');
  assert.equal(back.message, 'There is no voice x; available: a, b.');
  assert.equal(back.say('zh'), '没有音色 x；可用：a, b');
  assert.match(String(back.cause), /why/);
});

test('what is not ours is internal, and keeps its cause', () => {
  const thrown = new TypeError('oops');
  const error = asLangduError(thrown);
  assert.equal(error.code, 'internal' satisfies ErrorCode);
  assert.equal(error.cause, thrown);
  assert.doesNotMatch(error.message, /oops/);
  assert.equal(asLangduError(error), error);
});
