import { createMetrics } from '../../src/metrics.ts';

/** The table of docs/operating.md, from the metrics themselves. */
export function metricsReference(): string {
  const metrics = createMetrics();
  metrics.close();
  const rows = metrics.list().map(({ name, type, labels, help }) => {
    const labelled = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${labelled} | ${help} |`;
  });
  return ['| metric | type | labels | meaning |', '|---|---|---|---|', ...rows].join('\n');
}
