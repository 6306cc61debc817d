import { cpus } from 'node:os';
import { join } from 'node:path';
import { type OutputOptions, openFinisher } from '../../src/audio/finish.ts';
import { type FormatName, formatNames, formats, sampleRates } from '../../src/audio/formats.ts';
import { packageRoot } from '../../src/config/paths.ts';
import { concatenate } from '../../src/float-arrays.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { median, table } from '../table.ts';

/**
 * `npm run bench:audio`: what it costs to finish speech of the starter voice, on one thread: how many seconds of speech
 * a second of processor time, how much of it one call with a second of speech takes, and how many bytes come out.
 */
const VOICE_RATE = 16000;
const ROUNDS = 3;
const heads = ['× real time', 'ms a call of 1 s', 'longest', 'bytes/s'];

interface Cost {
  /** Seconds of speech a second. */
  readonly speed: number;
  /** Milliseconds a call with one second of speech takes: the median, and the longest. */
  readonly call: number;
  readonly longest: number;
  readonly bytesPerSecond: number;
}

await main();

async function main(): Promise<void> {
  console.log(`${cpus()[0]!.model.trim()}, Node ${process.version}, one thread\n`);
  const speech = await speak();
  console.log('first stream of a process, from openFinisher to its first 100 ms encoded:');
  for (const format of ['mp3', 'opus', 'aac'] as const) {
    console.log(`  ${format} ${(await first(format, speech)).toFixed(0)} ms`);
  }
  const rows: string[][] = [];
  for (const format of formatNames) {
    for (const sampleRate of formats[format].sampleRates) {
      rows.push([`${format} ${sampleRate}`, ...cells(await cost(speech, { format, sampleRate }))]);
    }
  }
  console.log(`\n${table(['16 kHz speech to', ...heads], rows)}\n`);
  const stages: readonly [string, OutputOptions][] = [
    ['nothing', {}],
    ['volume 2', { volume: 2 }],
    ['loudness −16', { loudness: -16 }],
    ['trim_silence', { trimSilence: true }],
    ['all three', { volume: 2, loudness: -16, trimSilence: true }],
  ];
  const staged: string[][] = [];
  for (const [name, options] of stages) {
    staged.push([name, ...cells(await cost(speech, { ...options, format: 'pcm' }))]);
  }
  console.log(`${table(['pcm 16000 with', ...heads], staged)}\n`);
  const rates: string[][] = [];
  for (const from of sampleRates) {
    for (const to of sampleRates) {
      if (from !== to)
        rates.push([`${from} → ${to}`, ...cells(await cost(speech, { format: 'pcm', sampleRate: to }, from))]);
    }
  }
  console.log(table(['pcm, resampled', ...heads], rates));
}

function cells({ speed, call, longest, bytesPerSecond }: Cost): string[] {
  return [speed.toFixed(0), call.toFixed(1), longest.toFixed(1), bytesPerSecond.toFixed(0)];
}

/** Processor time of this process: what else the machine does does not count. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function speak(): Promise<Float32Array> {
  const speaker = new LocalSpeaker(join(packageRoot, 'voices'), 'tan');
  const text = '今天天气真不错，我们一起去公园散步吧。春天来了，花儿都开了！您的快递已经到了，请到楼下的驿站领取。';
  const parts: Float32Array[] = [];
  for await (const { samples } of speaker.speak({ text })) parts.push(samples);
  await speaker.close();
  return concatenate([...parts, ...parts]);
}

async function first(format: FormatName, speech: Float32Array): Promise<number> {
  const begin = performance.now();
  const finisher = await openFinisher(VOICE_RATE, { format });
  finisher.push(speech.subarray(0, VOICE_RATE / 10));
  const took = performance.now() - begin;
  finisher.close();
  return took;
}

/** The same samples are taken for another rate's where `rate` says so: what they sound like does not matter here. */
async function cost(speech: Float32Array, options: OutputOptions, rate = VOICE_RATE): Promise<Cost> {
  const calls: number[] = [];
  let bytes = 0;
  let seconds = 0;
  let busy = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const finisher = await openFinisher(rate, options);
    try {
      for (let at = 0; at + rate <= speech.length; at += rate) {
        const begin = processorMs();
        const { length } = finisher.push(speech.subarray(at, at + rate));
        const took = processorMs() - begin;
        if (round === 0) continue; // while the code is being compiled
        calls.push(took);
        busy += took;
        bytes += length;
        seconds += 1;
      }
      const begin = processorMs();
      const { length } = finisher.end();
      if (round > 0) [busy, bytes] = [busy + processorMs() - begin, bytes + length];
    } finally {
      finisher.close();
    }
  }
  return {
    speed: (1000 * seconds) / busy,
    call: median(calls),
    longest: Math.max(...calls),
    bytesPerSecond: bytes / seconds,
  };
}
