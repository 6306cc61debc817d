// node process.js <folder> <voices> <redis or ''>: a process that does jobs, to be killed at any moment.
import { join } from 'node:path';
import { loadSettings } from '../../src/config/settings.ts';
import { openJobs } from '../../src/jobs/open.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { createLog } from '../../src/log.ts';
import { openFileStore } from '../../src/results/files.ts';
import { crashSettings } from './crash-settings.ts';

const [folder = '', voices = '', redis = ''] = process.argv.slice(2);
const log = createLog('error');
const speaker = new LocalSpeaker(voices, 'tiny');
speaker.prepare();
const results = await openFileStore({ folder: join(folder, 'output'), keepHours: 0, keepBytes: 0, log });
const settings = { ...loadSettings(), ...crashSettings, jobs: join(folder, 'jobs'), redis };
const opened = await openJobs(settings, { speaker, results, log });
process.stdout.write('ready\n');
process.on('SIGTERM', async () => {
  await opened.close();
  process.exit(0);
});
