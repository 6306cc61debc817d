import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { callbackWaits } from '../../src/jobs/callbacks/sender.ts';
import { jobStates } from '../../src/jobs/job.ts';
import { JobAnswer, JobBody } from '../../src/server/schemas/jobs.ts';
import { serve } from '../server/serving.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { openTestJobs } from './opened.ts';

const document = readFileSync(join(packageRoot, 'docs', 'jobs.md'), 'utf8');

/** What is named in the first cells of a section's tables. */
function named(title: string): string[] {
  const [, section = ''] = document.split(`\n## ${title}\n`);
  const rows = section.split(/^## /m)[0]!.match(/^\| `.*$/gm) ?? [];
  return rows.flatMap((row) => [...row.split(' | ')[0]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
}

suite('docs/jobs.md', () => {
  test('has a section for every route of jobs, and no others', async (t) => {
    const { jobs, results } = await openTestJobs(t, { speaker: new ToneSpeaker(), settings: { jobSlots: 0 } });
    const { url } = await serve(t, { jobs, results });
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      /^\/api\/(jobs|tts_async)/.test(path)
        ? Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
        : [],
    );
    const sections = [...document.matchAll(/^## ((?:GET|POST|DELETE) \/.*)$/gm)].map(([, title]) => title!);
    assert.deepEqual(sections.sort(), routes.filter((route) => !route.startsWith('HEAD')).sort());
  });

  test('lists every field of a request and of a job', () => {
    assert.deepEqual(named('POST /api/jobs').sort(), Object.keys(JobBody.properties).sort());
    assert.deepEqual(named('GET /api/jobs/{id}').sort(), Object.keys(JobAnswer.properties).sort());
  });

  test('lists every state', () => {
    assert.deepEqual(named('States').slice(0, jobStates.length), jobStates);
  });

  test('says when callbacks are tried again', () => {
    const words = callbackWaits.map((ms) => {
      if (ms < 60_000) return `${ms / 1000} s`;
      return ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`;
    });
    assert.ok(document.includes(`${words.slice(0, -1).join(', ')} and ${words.at(-1)}`));
  });
});
