import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import type { BucketSettings } from '../../src/results/s3/requests.ts';
import { freePort } from '../free-port.ts';
import { ensureDebianPackage } from '../install.ts';

/** A user of the server below, and a bucket of it. */
export interface S3Server extends Omit<BucketSettings, 'sessionToken'> {
  /** Requests of a client that is not ours. */
  readonly client: AwsClient;
  /** `<endpoint>/<bucket>/` */
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/**
 * OpenStack Swift with its S3 interface, as Debian packages it: a proxy and its account, container and object servers,
 * in processes of their own with everything in a new folder, on free ports of loopback.
 */
export async function startS3Server(): Promise<S3Server> {
  ensureDebianPackage('python3-swift', '/usr/lib/python3/dist-packages/swift/common/middleware/s3api/s3api.py');
  const folder = await mkdtemp(join(tmpdir(), 'langdu-swift-'));
  await mkdir(join(folder, 'devices', 'disk'), { recursive: true });
  const [proxy, account, container, object] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const backends = { account: account!, container: container!, object: object! };
  await writeFile(join(folder, 'swift.conf'), swiftConf);
  await writeFile(join(folder, 'proxy.conf'), proxyConf(folder, proxy!));
  for (const [name, port] of Object.entries(backends)) {
    await writeFile(join(folder, `${name}.conf`), backendConf(folder, name, port));
  }
  const server = spawn('/usr/bin/python3', ['-W', 'ignore', '-c', launcher, folder, JSON.stringify(backends)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  server.stderr.on('data', (data: Buffer) => said.push(data.toString()));
  const stop = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL');
      await once(server, 'exit');
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const keys = { accessKeyId: 'test:tester', secretAccessKey: 'testing' };
  const endpoint = `http://127.0.0.1:${proxy}`;
  const client = new AwsClient({ ...keys, region: 'us-east-1', service: 's3', retries: 0 });
  try {
    for (const port of [proxy!, ...Object.values(backends)]) await answering(port, server);
    const made = await client.fetch(`${endpoint}/results`, { method: 'PUT' });
    if (!made.ok) throw new Error(`no bucket: ${made.status} ${await made.text()}`);
  } catch (error) {
    await stop();
    throw new Error(`Swift did not start: ${said.join('')}`, { cause: error });
  }
  const address = { endpoint, region: 'us-east-1', bucket: 'results', addressing: 'path' } as const;
  return { ...address, ...keys, client, url: `${endpoint}/results/`, process: server, stop };
}

/** Builds the rings and becomes the four servers; each ends with the one that began it. */
const launcher = `
import ctypes, json, os, sys
def end_with_parent(): ctypes.CDLL(None).prctl(1, 9)
end_with_parent()
folder, backends = sys.argv[1], json.loads(sys.argv[2])
from swift.common.utils import set_swift_dir
set_swift_dir(folder)
from swift.common.ring import RingBuilder
for name, port in backends.items():
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': port, 'device': 'disk', 'weight': 1.0,
                     'replication_ip': '127.0.0.1', 'replication_port': port, 'meta': ''})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, name + '.ring.gz'))
from swift.common.wsgi import run_wsgi
import swift.common.middleware.s3api.s3api
for name in backends:
    if os.fork() == 0:
        end_with_parent()
        sys.exit(run_wsgi(os.path.join(folder, name + '.conf'), name + '-server'))
sys.exit(run_wsgi(os.path.join(folder, 'proxy.conf'), 'proxy-server'))
`;

const swiftConf = `[swift-hash]
swift_hash_path_suffix = langdu
[storage-policy:0]
name = gold
default = yes
`;

function backendConf(folder: string, name: string, port: number): string {
  return `[DEFAULT]
devices = ${join(folder, 'devices')}
mount_check = false
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
swift_dir = ${folder}
log_level = ERROR
disable_fallocate = true
[pipeline:main]
pipeline = ${name}-server
[app:${name}-server]
use = egg:swift#${name}
`;
}

/** Signatures are checked without memcached, which the stage for tokens asks for all the same: there is none at port 1. */
function proxyConf(folder: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
swift_dir = ${folder}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors cache listing_formats bulk s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
`;
}

async function answering(port: number, server: ChildProcess): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end && server.exitCode === null; ) {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (reached) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers at port ${port}`);
}
