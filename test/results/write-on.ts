import { createLog } from '../../src/log.ts';
import { openFileStore } from '../../src/results/files.ts';
import { openS3Store } from '../../src/results/s3.ts';
import { patterned } from './contract.ts';

/**
 * A process that writes into a store until it is killed: `{"files" | "s3": options, "bytes": size of each result or 0
 * for one that never ends}`. Prints the name of each result as it begins. Ends with the test's process, whatever became
 * of that.
 */
const { files, s3, bytes } = JSON.parse(process.argv[2]!);
const log = createLog('silent');
const store = await (files === undefined ? openS3Store({ ...s3, log }) : openFileStore({ ...files, log }));
process.stdin.on('end', () => process.exit()).resume();
const piece = patterned(16_384);

for (;;) {
  try {
    const pending = await store.create({ extension: 'mp3' });
    process.stdout.write(`${pending.name}\n`);
    for (let size = 0; bytes === 0 || size < bytes; size += piece.length) {
      await pending.append(piece);
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await pending.commit();
  } catch (error) {
    if ((error as { code?: string }).code !== 'storage_full') throw error;
  }
}
