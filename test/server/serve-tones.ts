// node serve-tones.js <folder> <pace>: a server of tones in a process of its own, for what only a process can be told.
import { loadSettings } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openFileStore } from '../../src/results/files.ts';
import { startServer } from '../../src/server/listen.ts';
import { stopOnSignals } from '../../src/server/stopping.ts';
import { ToneSpeaker } from './tone-speaker.ts';

const [folder = '', pace = '0', port = '0'] = process.argv.slice(2);
const log = createLog(process.env.LANGDU_LOG ?? 'warn');
const results = await openFileStore({ folder, log, keepHours: 0, keepBytes: 0 });
const settings = { ...loadSettings(process.env), host: '127.0.0.1', port: Number(port), stopSeconds: 30 };
const speaker = new ToneSpeaker({ pace: Number(pace) });
const server = await startServer({ speaker, results, settings, log, metrics: createMetrics() });
stopOnSignals(server, log);
process.stdout.write(`${server.address}\n`);
