import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { WavEncoder } from '../../src/audio/wav.ts';
import { packageRoot } from '../../src/config/paths.ts';
import { importModel } from '../../src/importer/import.ts';
import { frameDistances, logMel, melDistance } from '../../src/importer/int8/log-mel.ts';
import { decodeModel } from '../../src/onnx/read.ts';
import { Vocoder } from '../../src/vocoder/vocode.ts';
import { pieceSizes } from '../../src/vocoder/windows.ts';
import { vocoderFile } from '../../src/voice/manifest.ts';
import { openVoice, type Voice } from '../../src/voice/open.ts';
import { makeFullSizeVoice } from '../engine/voice.ts';
import { median, table } from '../table.ts';
import { layerTable } from './layers.ts';
import { benchSentences } from './sentences.ts';
import { ClockedStages, stageTable } from './stages.ts';

/**
 * `npm run bench:int8 [-- --layers] [-- --wav <folder>]`: the vocoder of `tan` and of the full-size random voice, in
 * float32 (`tan`: stored as fp16) and int8 (`tan`: as it ships). Both run in turn on one thread over the same
 * sentences, in the pieces that streaming uses; the sentences are not those of the import. Processor seconds, not the
 * clock's: what else the machine does counts less. With `--layers` all of it takes three minutes of a quiet core; it
 * says at the end what it took.
 */
const RUNS = 5;

const args = process.argv.slice(2);
const wav = args.includes('--wav') ? args[args.indexOf('--wav') + 1] : undefined;
const folder = mkdtempSync(join(tmpdir(), 'langdu-int8-bench-'));
const full = makeFullSizeVoice();
try {
  for (const source of [join(packageRoot, 'test/golden/tan'), join(full.folder, 'full')]) report(source);
} finally {
  full.remove();
  rmSync(folder, { recursive: true, force: true });
}
const { user, system } = process.cpuUsage();
console.log(
  `took ${((user + system) / 1e6).toFixed(0)} processor seconds, ${process.uptime().toFixed(0)} by the clock`,
);

function report(source: string): void {
  const name = basename(source);
  // Compared like with like: the package that an int8 import itself goes by way of.
  const from =
    name === 'full' ? source : importModel(source, { out: join(folder, 'fp16'), precision: 'fp16' })[0]!.folder;
  const imported = importModel(from, { out: join(folder, 'int8'), precision: 'int8' })[0]!;
  const voices = [openVoice(from), openVoice(imported.folder)];
  const sentences = benchSentences(voices[0]!);
  const seconds = sentences.reduce((sum, frames) => sum + secondsOf(voices[0]!, frames), 0);
  const times: number[][] = voices.map(() => []);
  const clocks = voices.map((voice) => new ClockedStages(voice));
  const stageTimes: number[][][] = voices.map(() => []);
  const sounds: Float32Array[][] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    voices.forEach((voice, index) => {
      const start = process.cpuUsage();
      sounds[index] = sentences.map((frames) => render(voice, clocks[index]!, frames));
      const { user, system } = process.cpuUsage(start);
      // The first run fills caches and compiles.
      const taken = clocks[index]!.take().map((time) => time / seconds);
      if (run === 0) return;
      times[index]!.push((user + system) / 1e6);
      stageTimes[index]!.push(taken);
    });
  }
  const rate = voices[0]!.manifest.sampleRate;
  const mels = sounds.map((each) => each.map((samples) => logMel(samples, rate)));
  const distance = melDistance(mels[0]!.map((mel, index) => frameDistances(mel, mels[1]![index]!)));
  const layers = imported.int8!.stages.reduce((sum, stage) => sum + stage.int8.length, 0);
  console.log(`## ${name}: ${layers} convolutions in int8, ${seconds.toFixed(1)} s of speech, medians of ${RUNS}`);
  const row = (label: string, index: number, path: string, how: readonly string[]) => {
    const factor = median(times[index]!) / seconds;
    return [
      label,
      factor.toFixed(4),
      Math.min(...times[index]!.map((time) => time / seconds)).toFixed(4),
      (1 / factor).toFixed(1),
      mebibytes(path, 'vocoder'),
      mebibytes(path, ''),
      ...how,
    ];
  };
  console.log(
    table(
      [
        'vocoder',
        's per s of speech',
        'best',
        's of speech per s',
        'vocoder MiB',
        'package MiB',
        'median dB',
        'p95 dB',
      ],
      [
        row('fp32', 0, from, ['', '']),
        row('int8', 1, imported.folder, [distance.median.toFixed(3), distance.p95.toFixed(3)]),
      ],
    ),
  );
  const [before, after] = stageTimes.map((runs) =>
    runs[0]!.map((_, stage) => median(runs.map((taken) => taken[stage]!))),
  ) as [number[], number[]];
  const graphs = voices[0]!.manifest.vocoder.stages.map((_, stage) =>
    decodeModel(readFileSync(join(from, vocoderFile(stage)))),
  );
  console.log(`\n${stageTable(voices[0]!, graphs, imported.int8!.stages, [before, after])}`);
  if (args.includes('--layers')) console.log(`\n${layerTable(voices[0]!, from, imported.int8!.stages)}`);
  console.log();
  if (wav !== undefined) writeSounds(wav, name, sounds, rate);
  for (const voice of voices) voice.close();
}

function secondsOf({ manifest }: Voice, frames: Float32Array): number {
  return ((frames.length / manifest.acoustic.mels) * manifest.vocoder.hop) / manifest.sampleRate;
}

function render(voice: Voice, { stages }: ClockedStages, frames: Float32Array): Float32Array {
  const { mels } = voice.acoustic.spec;
  const sizes = pieceSizes(voice.vocoder);
  const vocoder = new Vocoder({ spec: voice.vocoder.spec, stages }, { pitch: 1, seed: 1 });
  const out = new Float32Array((frames.length / mels) * voice.manifest.vocoder.hop);
  let made = 0;
  for (let at = 0, index = 0; at < frames.length; index += 1) {
    const to = Math.min(frames.length, at + sizes[Math.min(index, sizes.length - 1)]! * mels);
    const samples = vocoder.push(frames.subarray(at, to), to === frames.length);
    out.set(samples, made);
    made += samples.length;
    at = to;
  }
  return out;
}

function mebibytes(path: string, prefix: string): string {
  const bytes = readdirSync(path)
    .filter((file) => file.startsWith(prefix))
    .reduce((sum, file) => sum + statSync(join(path, file)).size, 0);
  return (bytes / 2 ** 20).toFixed(1);
}

/** `<name>-fp32.wav` and `<name>-int8.wav`, to look at and to listen to. */
function writeSounds(to: string, name: string, sounds: readonly Float32Array[][], rate: number): void {
  mkdirSync(to, { recursive: true });
  for (const [index, label] of ['fp32', 'int8'].entries()) {
    const encoder = new WavEncoder(rate);
    const data = encoder.encode(sounds[index]![0]!);
    writeFileSync(join(to, `${name}-${label}.wav`), Buffer.concat([encoder.header(), data]));
  }
}
