#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { packageVersion } from '../config/paths.ts';
import { LangduError } from '../errors.ts';
import { addConfig } from './commands/config.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addImport } from './commands/import.ts';
import { addJobs } from './commands/jobs.ts';
import { addResults } from './commands/results.ts';
import { addSay } from './commands/say.ts';
import { addServe } from './commands/serve.ts';
import { addTrace } from './commands/trace.ts';
import { addVoices } from './commands/voices.ts';
import { addWarm } from './commands/warm.ts';
import { addWorker } from './commands/worker.ts';
import { EXIT, exitCodeOf, reportError } from './exit.ts';

/** `langdu`: every command is a file of commands/, which says what it takes and calls the library. */
const program = new Command('langdu')
  .description('Langdu 朗读: Chinese emotional speech from Sambert-HifiGAN voices')
  .version(packageVersion)
  .showHelpAfterError('(langdu <command> --help says more)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes: ${EXIT.ok} done, ${EXIT.failed} failed on our side, ${EXIT.usage} wrong use of the command, ${EXIT.input} input refused (text, voice, file), 130 interrupted.
Messages are Chinese when LANG starts with zh, English otherwise.`,
  );
const commands = [
  addSay,
  addServe,
  addWorker,
  addJobs,
  addWarm,
  addImport,
  addVoices,
  addTrace,
  addExplain,
  addResults,
  addConfig,
  addDoctor,
];
for (const add of commands) add(program);

// A reader that has heard enough (`langdu say … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  reportError(new LangduError('file_unwritable', { path: 'stdout' }, error));
  process.exit(EXIT.failed);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong; help and version are no errors.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    reportError(error);
    process.exitCode = exitCodeOf(error);
  }
}
