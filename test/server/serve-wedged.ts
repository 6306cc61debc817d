// node serve-wedged.js <folder>: a server whose worker, once asked, is in one native call for minutes, as a lost inference would be.
import { Worker } from 'node:worker_threads';
import { loadSettings } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openFileStore } from '../../src/results/files.ts';
import { startServer } from '../../src/server/listen.ts';
import { stopOnSignals } from '../../src/server/stopping.ts';
import { ToneSpeaker } from './tone-speaker.ts';

/** Hashing that takes some minutes and, like an inference call, hears of nothing meanwhile. */
const BUSY = `require('node:crypto').pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512')`;

class WedgedSpeaker extends ToneSpeaker {
  readonly #worker = new Worker(BUSY, { eval: true });

  override async close(): Promise<void> {
    await new Promise((resolve) => this.#worker.once('exit', resolve));
  }
}

const log = createLog('warn');
const results = await openFileStore({ folder: process.argv[2] ?? '', log, keepHours: 0, keepBytes: 0 });
const settings = { ...loadSettings(), port: 0, stopSeconds: 1 };
const server = await startServer({ speaker: new WedgedSpeaker(), results, settings, log, metrics: createMetrics() });
stopOnSignals(server, log);
process.stdout.write(`${server.address}\n`);
