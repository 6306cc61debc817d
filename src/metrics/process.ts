import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/** How often the event loop is asked whether it turns. */
const RESOLUTION_MS = 20;
/**
 * Percentiles are of the time since the last scrape, but of no less than this: two scrapers must not halve each other's
 * view.
 */
export const WINDOW_MS = 10_000;
const PERCENTILES = [50, 99, 100];

/**
 * What the process says of itself when it is asked: its event loop, memory, processor time and open files. Returns what
 * ends the watching.
 */
export function addProcessMetrics(registry: Registry, version: string): () => void {
  addMemory(registry);
  addProcessor(registry);
  const build = new Gauge({
    name: 'langdu_build_info',
    help: 'Always 1; what is running.',
    labelNames: ['version', 'node'],
    aggregator: 'first',
    registers: [registry],
  });
  build.set({ version, node: process.version }, 1);
  return addEventLoop(registry);
}

function addEventLoop(registry: Registry): () => void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let since = performance.now();
  new Gauge({
    name: 'langdu_event_loop_delay_seconds',
    help: 'How late the event loop of the serving thread turned since the last scrape.',
    labelNames: ['percentile'],
    aggregator: 'max',
    registers: [registry],
    collect() {
      for (const percentile of PERCENTILES) {
        // The histogram holds whole intervals, of which the delay is what goes beyond the one asked for.
        const seconds = delays.percentile(percentile) / 1e9 - RESOLUTION_MS / 1e3;
        this.set({ percentile: String(percentile) }, delays.count === 0 ? 0 : Math.max(0, seconds));
      }
      if (performance.now() - since < WINDOW_MS) return;
      delays.reset();
      since = performance.now();
    },
  });
  return () => delays.disable();
}

function addMemory(registry: Registry): void {
  new Gauge({
    name: 'langdu_memory_bytes',
    help: 'Memory of the process: resident, JavaScript heap in use, and outside of it (buffers).',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      const { rss, heapUsed, external } = process.memoryUsage();
      for (const [kind, bytes] of Object.entries({ rss, heap: heapUsed, external })) this.set({ kind }, bytes);
    },
  });
}

/** Under the names that Prometheus' own clients use, so that common dashboards find them. */
function addProcessor(registry: Registry): void {
  const registers = [registry];
  let counted = 0;
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time used by all threads since the start.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.inc((user + system) / 1e6 - counted);
      counted = (user + system) / 1e6;
    },
  });
  const started = new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, in Unix time.',
    aggregator: 'min',
    registers,
  });
  started.set(Date.now() / 1000 - process.uptime());
  const most = new Gauge({
    name: 'process_max_fds',
    help: 'Open files allowed, where the system tells.',
    aggregator: 'min',
    registers,
  });
  const allowed = allowedOpenFiles();
  if (allowed !== undefined) most.set(allowed);
  new Gauge({
    name: 'process_open_fds',
    help: 'Open files and connections, where the system tells; of the process that has most.',
    aggregator: 'max', // each has the limit for itself
    registers,
    collect() {
      const open = countOpenFiles();
      if (open !== undefined) this.set(open);
    },
  });
}

function countOpenFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined; // not Linux
  }
}

/** The soft limit, which Node raised as far as it may before this file was read. */
function allowedOpenFiles(): number | undefined {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined; // not Linux
  }
}
