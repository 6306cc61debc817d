import { type DestinationStream, type Logger, pino } from 'pino';
import { LangduError } from './errors.ts';

export type Log = Logger;

/**
 * JSON lines, to stderr unless told otherwise: stdout belongs to audio and results. Texts are personal data and are
 * never logged (policy/audit.ts does what its setting says), so an error of the catalogue is written as its code and
 * cause, without the parameters that may quote the text. Every line begins with `base`, such as the number of the
 * process.
 */
export function createLog(level: string, destination?: DestinationStream, base: object | null = null): Log {
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describe },
    },
    destination ?? new Gathered(pino.destination({ fd: 2, sync: true })),
  );
}

/** Writes the lines of one turn of the event loop at once: under load a write each costs more than the line. */
class Gathered implements DestinationStream {
  private readonly destination: DestinationStream;
  private lines = '';

  constructor(destination: DestinationStream) {
    this.destination = destination;
    process.on('exit', () => this.flush());
  }

  write(line: string): void {
    if (this.lines === '') setImmediate(() => this.flush());
    this.lines += line;
  }

  private flush(): void {
    const { lines } = this;
    this.lines = '';
    if (lines !== '') this.destination.write(lines);
  }
}

function describe(error: unknown): object {
  if (error instanceof LangduError) {
    return { code: error.code, ...(error.cause === undefined ? {} : { cause: describe(error.cause) }) };
  }
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: describe(error.cause) };
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}
