import { mkdirSync, rmSync } from 'node:fs';
import { openEmbedded } from '../../src/jobs/embedded/driver.ts';
import { temporaryFolder } from '../golden-data.ts';
import { contract } from './contract.ts';

const folder = temporaryFolder();

contract(
  'embedded',
  async (options) => openEmbedded({ folder, ...options }),
  async () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  },
);
