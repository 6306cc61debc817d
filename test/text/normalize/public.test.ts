import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suites } from '../../../bench/text/normalisation.ts';

/** The shares that the public suites must not fall below: the goals, which a reader may look up in docs/text.md. */
const goals: Readonly<Record<string, number>> = { wetext: 0.95, paddle: 0.97 };

for (const { name, right, all, wrong } of suites()) {
  test(`${name}: ${right} of ${all}`, () => assert.ok(right / all >= goals[name]!, wrong.join('\n')));
}
