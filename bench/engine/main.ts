import { fork } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/paths.ts';
import { table } from '../table.ts';
import { batchCurve } from './batch.ts';
import { vocoderFlops } from './flops.ts';
import { peaks } from './peaks.ts';
import { firstSample, stages } from './stages.ts';
import { throughput } from './throughput.ts';
import { makeFullSizeVoice } from './voice.ts';

/**
 * `npm run bench:engine`: what the engine costs, for a voice of the published full size with random weights and for the
 * starter voice, against what this machine can do. Each part runs in a process of its own, so that memory is its own
 * too.
 */
const parts = {
  async peaks() {
    const { matmul, convolution } = peaks();
    return { matmul, convolution };
  },
  stages: (folder: string) => stages(folder),
  first: (folder: string) => firstSample(folder),
  batch: (folder: string) => batchCurve(folder),
  throughput: (folder: string, workers: string) => throughput(folder, Number(workers)),
  flops: async (folder: string) => vocoderFlops(folder),
};

type Part = keyof typeof parts;
type Result<P extends Part> = Awaited<ReturnType<(typeof parts)[P]>>;

const [part, ...args] = process.argv.slice(2);
if (part !== undefined && process.send !== undefined) {
  const result = await (parts[part as Part] as (...args: string[]) => Promise<unknown>)(...args);
  process.send({ result, rss: process.resourceUsage().maxRSS / 1024 });
  process.disconnect();
} else {
  await main();
}

function run<P extends Part>(name: P, ...partArgs: string[]): Promise<{ result: Result<P>; rss: number }> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [name, ...partArgs]);
    child.on('message', (message) => resolve(message as { result: Result<P>; rss: number }));
    child.on('exit', (code) => code !== 0 && reject(new Error(`${name} ended with ${code}`)));
  });
}

async function main(): Promise<void> {
  console.log(
    `${cpus()[0]!.model.trim()}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`,
  );
  const { result: peak } = await run('peaks');
  console.log(
    `one thread: matrix product ${peak.matmul.toFixed(0)} GFLOP/s, convolution ${peak.convolution.toFixed(0)} GFLOP/s (ONNX Runtime, float32)\n`,
  );
  const full = makeFullSizeVoice();
  try {
    await report('full-size voice, random weights', join(full.folder, 'full'), peak);
    await report('starter voice tan', join(packageRoot, 'voices/tan'), peak);
  } finally {
    full.remove();
  }
}

async function report(title: string, voice: string, peak: Result<'peaks'>): Promise<void> {
  const { result, rss } = await run('stages', voice);
  const { result: first } = await run('first', voice);
  const { result: flops } = await run('flops', voice);
  const { result: curve } = await run('batch', voice);
  const one = await run('throughput', voice, '1');
  const two = await run('throughput', voice, '2');

  console.log(`## ${title}: one sentence of ${result.seconds.toFixed(1)} s, one thread, medians of ${result.runs}`);
  const total = result.stages.reduce((sum, stage) => sum + stage.ms, 0);
  console.log(
    table(
      ['stage', 'ms', 'ms per s of speech', 'share'],
      [...result.stages, { name: 'total', ms: total }].map(({ name, ms }) => [
        name,
        ms.toFixed(1),
        (ms / result.seconds).toFixed(2),
        `${((100 * ms) / total).toFixed(0)} %`,
      ]),
    ),
  );
  const vocoder = result.stages.find(({ name }) => name === 'vocoder')!.ms;
  const limit = flops / peak.convolution;
  console.log(
    `real-time factor: ${(total / 1000 / result.seconds).toFixed(4)} in stages, ${first.rtf.toFixed(4)} whole, streamed`,
  );
  console.log(
    `vocoder: ${flops.toFixed(2)} GFLOP a second of speech; ${(((flops * result.seconds) / vocoder) * 1000).toFixed(0)} GFLOP/s reached, ` +
      `${((100 * limit * result.seconds * 1000) / vocoder).toFixed(0)} % of the convolution peak; at that peak it would take ${limit.toFixed(4)}`,
  );
  console.log(
    `first sample after ${first.firstMs.toFixed(1)} ms (best ${first.bestMs.toFixed(1)}), open ${first.openMs.toFixed(0)} ms`,
  );
  console.log(`peak memory: ${rss.toFixed(0)} MiB in one thread, ${two.rss.toFixed(0)} MiB with two workers`);
  console.log(
    `decoder step, sentences together: ${curve.map(({ batch, ms }) => `${batch}: ${ms.toFixed(2)} ms (${(ms / batch).toFixed(2)} each)`).join(', ')}`,
  );
  console.log(
    `throughput: ${one.result.toFixed(1)} s of speech a second with one worker, ${two.result.toFixed(1)} with two\n`,
  );
}
