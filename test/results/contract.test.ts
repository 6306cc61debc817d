import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext } from 'node:test';
import { createLog } from '../../src/log.ts';
import { openFileStore } from '../../src/results/files.ts';
import { openRemoteStore } from '../../src/results/s3.ts';
import { contract, type Place } from './contract.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

const log = createLog('silent');
const forever = { keepHours: 0, keepBytes: 0 };

contract('files', async (t: TestContext): Promise<Place> => {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-results-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return { open: (options) => openFileStore({ folder, log, ...forever, ...options }) };
});

let server: S3Server;
let places = 0;
before(async () => {
  server = await startS3Server();
});
after(() => server.stop());

contract('a bucket', async (): Promise<Place> => {
  places += 1;
  // What a key may hold and a URL may not, so that every step of signing is tried.
  const prefix = `place ${places}+&=%"'*~(é)<语>/deep/`;
  return {
    open: (options) =>
      openRemoteStore({ ...server, sessionToken: '', prefix, delivery: 'proxy', log, ...forever, ...options }),
  };
});
