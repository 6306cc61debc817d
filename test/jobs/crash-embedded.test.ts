import { test } from 'node:test';
import { crashTest } from './crash.ts';

test('jobs in SQLite survive a hundred kills', (t) => crashTest(t));
