import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { freePort } from '../free-port.ts';
import { ensureDebianPackage } from '../install.ts';
import { until } from '../until.ts';

const NGINX = '/usr/sbin/nginx';

export interface Nginx {
  readonly url: string;
  readonly port: number;
  /** Its access and error logs so far. */
  log(): string;
}

/**
 * A real nginx with the shipped configuration in front of these ports of loopback, in a folder of its own. Nothing of the file is
 * changed but where it listens, where the servers are, and what `changes` says.
 */
export async function startNginx(
  t: TestContext,
  upstreams: readonly number[],
  changes: readonly (readonly [from: string, to: string])[] = [],
): Promise<Nginx> {
  ensureDebianPackage('nginx-light', NGINX);
  const folder = mkdtempSync(join(tmpdir(), 'langdu-nginx-'));
  const port = await freePort();
  const places = upstreams.map((each, index) => [`server-${index + 1}:5000`, `127.0.0.1:${each}`] as const);
  let config = readFileSync(join(packageRoot, 'deploy/nginx/langdu.conf'), 'utf8');
  for (const [from, to] of [...places, ['listen 8080', `listen 127.0.0.1:${port}`] as const, ...changes]) {
    if (!config.includes(from)) throw new Error(`the shipped configuration has no ${from}`);
    config = config.replace(from, to);
  }
  config = config.replace('/dev/stdout', join(folder, 'access.log')).replace('/dev/stderr', join(folder, 'error.log'));
  writeFileSync(join(folder, 'langdu.conf'), config);
  mkdirSync(join(folder, 'tmp'));
  writeFileSync(join(folder, 'nginx.conf'), around(folder));
  const child = spawn(NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  t.after(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  const log = (): string => ['access.log', 'error.log'].map((name) => read(join(folder, name))).join('');
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${log()}`);
    return fetch(`${url}/metrics`).then(
      () => true,
      () => false,
    );
  }, 'nginx listens');
  return { url, port, log };
}

/** What Debian's own nginx.conf is to conf.d/, with everything written in one folder and by one user. */
function around(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/tmp/${name};`)
    .join('\n');
  return `daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log info;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
${temporary}
types { application/json json; }
include ${folder}/langdu.conf;
}
`;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
