import type { FastifyInstance } from 'fastify';
import type { Sample } from '../../metrics.ts';
import type { ServerParts } from '../parts.ts';
import { quantileOf, Recent } from '../recent.ts';
import { StatusAnswer } from '../schemas/status.ts';

/** `GET /api/status`: what the server is doing, for people. Programs that watch it read /metrics. */
export function addStatusRoute(app: FastifyInstance, { metrics, settings }: ServerParts): void {
  const recent = new Recent(metrics);
  app.addHook('onClose', async () => recent.close());
  const now = async (name: string) => Math.round(sum(await metrics.samples(name)));

  app.get(
    '/api/status',
    {
      schema: {
        summary: 'What the server is doing, for people',
        tags: ['Server'],
        response: { 200: StatusAnswer },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      const { seconds, samples } = await recent.gains();
      const quantiles = (name: string) => ({ p50: rounded(samples, name, 0.5), p95: rounded(samples, name, 0.95) });
      return {
        ready: app.readiness.refusal() === undefined,
        uptime: Math.round(process.uptime()),
        workers: await now('langdu_workers'),
        queued: await now('langdu_queued'),
        running: await now('langdu_running'),
        window: seconds,
        speeches: sum(samples.filter(({ name }) => name === 'langdu_total_seconds_count')),
        first_audio: quantiles('langdu_first_audio_seconds'),
        total: quantiles('langdu_total_seconds'),
        cache_hit_rate: hitRate(samples.filter(({ name }) => name === 'langdu_cache_total')),
        limits: {
          text: settings.maxText,
          job_text: app.hasRoute({ method: 'POST', url: '/api/jobs' }) ? settings.maxJobText : null,
        },
      };
    },
  );
}

function hitRate(outcomes: readonly Sample[]): number | null {
  const all = sum(outcomes);
  return all === 0 ? null : sum(outcomes.filter(({ labels }) => labels.outcome !== 'miss')) / all;
}

function sum(samples: readonly Sample[]): number {
  return samples.reduce((total, { value }) => total + value, 0);
}

function rounded(samples: readonly Sample[], name: string, q: number): number | null {
  const seconds = quantileOf(samples, name, q);
  return seconds === undefined ? null : Math.round(seconds * 10_000) / 10_000;
}
