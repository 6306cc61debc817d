// Runs the compiled tests with Node's own runner and closes with the files that took longest and with the line that
// CI reads, counted from the runner's events.
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

/**
 * Half a minute and more: they begin, so that no lane is left with one of them when the other has nothing to do. The two
 * crash tests wait now and then, so they are not beside each other.
 */
const longest = [
  'jobs/crash-redis',
  'e2e/isolation',
  'web/page-states',
  'web/page-jobs',
  'jobs/crash-embedded',
  'web/page',
  'e2e/quota',
  'jobs/redis-outage',
  'audio/formats',
  'results/s3',
  'e2e/serve',
  'cli/say',
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, '.build', 'test');
const wanted = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith('.test.js') && (wanted.length === 0 || wanted.some((part) => file.includes(part))))
  .sort((a, b) => turnOf(a) - turnOf(b) || (a < b ? -1 : 1))
  .map((file) => join(folder, file));

// Newer versions of Node give memory back when we ask; what must not happen then is to be seen on this one as well.
if (!('transfer' in ArrayBuffer.prototype)) process.execArgv.push('--harmony-rab-gsab-transfer');

const counts = { passed: 0, failed: 0, skipped: 0 };
const secondsOf = new Map();
const stream = run({ files, concurrency: 2, timeout: 600_000 });
stream.on('test:pass', (event) => count(event, 'passed'));
stream.on('test:fail', (event) => count(event, 'failed'));
stream.compose(new spec()).pipe(process.stdout);
stream.on('end', () => {
  if (counts.passed + counts.failed === 0) counts.failed = 1;
  process.exitCode = counts.failed > 0 ? 1 : 0;
});
process.on('exit', () => {
  const slowest = [...secondsOf].sort(([, a], [, b]) => b - a).slice(0, 15);
  for (const [file, seconds] of slowest) process.stdout.write(`${seconds.toFixed(0).padStart(5)} s  ${file}\n`);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
});

function turnOf(file) {
  const turn = longest.findIndex((part) => file.startsWith(part));
  return turn < 0 ? longest.length : turn;
}

function count(event, outcome) {
  if (event.nesting === 0 && event.file !== undefined) {
    const file = relative(folder, event.file);
    secondsOf.set(file, (secondsOf.get(file) ?? 0) + event.details.duration_ms / 1000);
  }
  if (event.details?.type === 'suite') return;
  if (event.skip !== undefined || event.todo !== undefined) counts.skipped += 1;
  else counts[outcome] += 1;
}
