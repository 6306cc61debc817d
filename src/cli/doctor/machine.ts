import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { checkProcesses } from '../../cluster/share.ts';
import type { ResolvedSettings, Settings } from '../../config/settings.ts';
import { type Finding, fail, ok, warn } from './check.ts';

/** Less than this left on a disk that is written to is worth saying. */
const LITTLE_BYTES = 1024 ** 3;
/** Open files beside connections: voices, results, the log. */
const OTHER_FILES = 256;

/** `engines` of package.json. */
const OLDEST = [20, 19] as const;

export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return enough
    ? ok('node', process.version)
    : fail('node', `${process.version}: install ${OLDEST.join('.')} or newer`);
}

/** Whether the connections that the settings allow fit into the open files that the system allows. */
export function checkOpenFiles({ maxConnections }: Settings): Finding {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const soft = report.userLimits?.open_files?.soft;
  if (soft === undefined || soft === 'unlimited') return ok('open files', 'unlimited');
  const says = `${soft} for ${maxConnections} connections`;
  if (Number(soft) >= maxConnections + OTHER_FILES) return ok('open files', says);
  return warn('open files', `${says}: raise ulimit -n, or lower server.maxConnections`);
}

export async function checkPort({ host, port }: Settings): Promise<Finding> {
  if (port === 0) return ok('port', `a free one of ${host}`);
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
    return ok('port', `${host}:${port} is free`);
  } catch (error) {
    return fail('port', `${host}:${port}: ${codeOf(error)}: stop what has it, or set PORT`);
  } finally {
    server.close();
  }
}

/** Whether several processes can be had as the settings say. */
export function checkShares(resolved: ResolvedSettings): Finding {
  try {
    checkProcesses(resolved);
    return ok('processes', String(resolved.settings.processes));
  } catch (error) {
    return fail('processes', (error as Error).message);
  }
}

/** A folder that is written to: whether it can be, and what is left. Made when missing, as a start would. */
export async function checkFolder(subject: string, folder: string): Promise<Finding> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (error) {
    return fail(subject, `${folder}: ${codeOf(error)}: ${dirname(folder)} must let this user write`);
  }
  const { bavail, bsize } = await statfs(folder);
  const says = `${folder}, ${gigabytes(bavail * bsize)} free`;
  return bavail * bsize < LITTLE_BYTES ? warn(subject, `${says}: make room`) : ok(subject, says);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
