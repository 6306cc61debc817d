import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process as others can tell whether it still runs: its number alone would be given to another one day. */
export interface ProcessId {
  /** The system and, in a container, the space that its process numbers are of. */
  readonly machine: string;
  readonly pid: number;
  /** When it began, in ticks since the system did; '' where the system does not say. */
  readonly started: string;
}

export function thisProcess(): ProcessId {
  return { machine: machine(), pid: process.pid, started: startOf(process.pid) ?? '' };
}

/** Undefined for a process of another machine, of which nothing can be known here. */
export function isRunning({ machine: where, pid, started }: ProcessId): boolean | undefined {
  if (where !== machine()) return undefined;
  const now = startOf(pid);
  if (now !== undefined) return now === started;
  try {
    process.kill(pid, 0); // asks, and sends nothing
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export function isProcessId(value: unknown): value is ProcessId {
  if (value === null || typeof value !== 'object') return false;
  const { machine, pid, started } = value as Partial<Record<keyof ProcessId, unknown>>;
  return typeof machine === 'string' && Number.isSafeInteger(pid) && typeof started === 'string';
}

/** A machine in 12 hexadecimal digits, for a file's name. */
export function machineDigest(machine: string): string {
  return createHash('sha256').update(machine).digest('hex').slice(0, 12);
}

function machine(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const space = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return [hostname(), boot, space].join(' ');
}

/** Field 22 of /proc/<pid>/stat; the second may hold blanks and brackets of its own. */
function startOf(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
