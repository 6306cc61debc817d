import type { Command } from 'commander';
import { loadSettings, type SettingKey, schema } from '../../config/settings.ts';
import { createLog } from '../../log.ts';
import { openFileStore } from '../../results/files.ts';
import { startServer, stopOnSignals } from '../../server/listen.ts';
import { WorkerPool } from '../../workers/pool.ts';

export function addServe(program: Command): void {
  const command = program.command('serve').description('serve the page and the HTTP API');
  for (const setting of Object.values(schema)) {
    command.option(`--${setting.flag} <value>`, `${setting.doc} (${setting.env})`);
  }
  command.action(serve);
}

async function serve(flags: Partial<Record<SettingKey, string>>): Promise<void> {
  const settings = loadSettings(process.env, flags);
  const log = createLog(settings.log);
  const speaker = await WorkerPool.open({
    voices: settings.voices,
    defaultVoice: settings.voice || undefined,
    workers: settings.workers,
    onWorkerLost: (cause) => log.error({ err: cause }, 'worker lost, replacing it'),
  });
  const results = await openFileStore({
    folder: settings.output,
    keepHours: settings.keepHours,
    keepBytes: settings.keepBytes,
    log,
  });
  const server = await startServer({ speaker, results, settings, log }).catch(async (error: unknown) => {
    // The workers would keep a process alive that serves nobody.
    await speaker.close();
    await results.close();
    throw error;
  });
  stopOnSignals(server, log);
  const startedMs = Math.round(performance.now());
  log.info({ address: server.address, voices: speaker.voices().map((voice) => voice.name), startedMs }, 'ready');
}
