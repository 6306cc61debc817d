// node process.js <folder> <voices> <redis or ''>: a process that does jobs and accepts them, to be killed at any moment.
// It says on stdout what it is at (victim.ts: Word), each at once, so that it is known what a kill has hit.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadSettings } from '../../src/config/settings.ts';
import { openJobs } from '../../src/jobs/open.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { createLog } from '../../src/log.ts';
import { openFileStore } from '../../src/results/files.ts';
import type { ResultStore } from '../../src/results/store.ts';
import type { Speaker } from '../../src/speech.ts';
import { crashSettings } from './crash-settings.ts';
import type { Order, Word } from './victim.ts';

const [folder = '', voices = '', redis = ''] = process.argv.slice(2);
const log = createLog('error');
const speaker = new LocalSpeaker(voices, 'tiny');
speaker.prepare();
const results = await openFileStore({ folder: join(folder, 'output'), keepHours: 0, keepBytes: 0, log });
const settings = { ...loadSettings(), ...crashSettings, jobs: join(folder, 'jobs'), redis };
tellOfSpeech(speaker);
tellOfResults(results);
const opened = await openJobs(settings, { speaker, results, log });
createInterface({ input: process.stdin }).on('line', (line) => accept(JSON.parse(line) as Order));
say('ready');
process.on('SIGTERM', async () => {
  await opened.close();
  process.exit(0);
});

/** Out when this returns: a process that is killed right after it has said so. */
function say(word: Word, ...rest: readonly string[]): void {
  writeSync(1, `${[word, ...rest].join(' ')}\n`);
}

async function accept({ key, caller, request }: Order): Promise<void> {
  const submission = { caller, request, key: { text: key, fingerprint: key } };
  const accepted = await opened.jobs.submit(submission).catch(() => undefined);
  if (accepted === undefined) say('refused', key);
  else say('accepted', key, accepted.job.id);
}

/** A sentence is recorded when the next one is asked for, or none any more. */
function tellOfSpeech(speaks: Speaker): void {
  const speak = speaks.speak.bind(speaks);
  speaks.speak = async function* (request, options) {
    say('speaking');
    try {
      for await (const chunk of speak(request, options)) {
        try {
          yield chunk;
        } finally {
          if (chunk.last) say('sentence');
        }
      }
    } finally {
      say('spoken');
    }
  };
}

function tellOfResults(store: ResultStore): void {
  const create = store.create.bind(store);
  store.create = async (kind) => {
    say('completing');
    const result = await create(kind);
    const abort = result.abort.bind(result);
    result.abort = async () => {
      await abort();
      say('completed');
    };
    return result;
  };
}
