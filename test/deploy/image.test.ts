import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/paths.ts';
import { freePort } from '../free-port.ts';
import { until } from '../until.ts';

/** Somebody who owns nothing; the image's own user is 1000. */
const NOBODY = 65_534;
const root = process.getuid?.() === 0;
const dockerfile = readFileSync(join(packageRoot, 'Dockerfile'), 'utf8');

/**
 * The Dockerfile without Docker: the commands of its stage `packages` are run as written, the last stage's COPY lines are followed, and
 * the server is started from what is there, by a user that can write nothing but the data folder. What is not tried: the base image,
 * its Node 24, and the build stage, which is what `npm ci` did to this checkout.
 */
describe('the image, by hand', () => {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-image-'));
  const app = join(folder, 'app');
  const data = join(folder, 'data');
  before(async () => {
    mkdirSync(app);
    mkdirSync(data);
    for (const name of ['package.json', 'package-lock.json', '.npmrc']) copy(name, name);
    for (const command of stage('packages', 'RUN')) {
      await promisify(execFile)('sh', ['-ec', command.replace('npm ci', 'npm ci --prefer-offline')], { cwd: app });
    }
    for (const line of stage('', 'COPY')) {
      const [from, ...words] = line.split(' ');
      if (from === '--from=packages') continue;
      const names = from === '--from=build' ? words : [from!, ...words];
      const to = names.pop()!;
      for (const name of names) copy(name.replace('/src/', ''), to === './' ? name : to);
    }
    execFileSync('chmod', ['-R', 'a-w,a+rX', app]);
    chmodSync(folder, 0o755);
    if (root) chownSync(data, NOBODY, NOBODY);
  });
  after(() => {
    execFileSync('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  function copy(name: string, to: string): void {
    mkdirSync(dirname(join(app, to)), { recursive: true });
    cpSync(join(packageRoot, name), join(app, to), { recursive: true });
  }

  it('is built by the engine alone: a syntax line would fetch another image, whichever it is by then', () => {
    assert.doesNotMatch(dockerfile, /^# *syntax/m);
  });

  it('has what runs on this platform and nothing that builds', () => {
    const bin = join(app, 'node_modules/onnxruntime-node/bin');
    const platforms = readdirSync(bin).flatMap((api) =>
      readdirSync(join(bin, api)).flatMap((os) => readdirSync(join(bin, api, os)).map((cpu) => `${os}/${cpu}`)),
    );
    assert.deepEqual(platforms, [`linux/${process.arch}`]);
    assert.deepEqual(readdirSync(join(app, 'node_modules/@photostructure/sqlite/prebuilds')), [
      `linux-${process.arch}`,
    ]);
    const files = readdirSync(join(app, 'node_modules'), { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      files.filter((name) => /\.(map|[cm]?ts)$|musl/.test(name)),
      [],
    );
    assert.ok(files.some((name) => /LICENSE/.test(name)));
    for (const name of ['typescript', 'vite', '@biomejs/biome', 'playwright-core']) {
      assert.ok(!existsSync(join(app, 'node_modules', name)), name);
    }
  });

  it('speaks every format as a user who can write nothing but the data folder', async (t) => {
    const port = await freePort();
    const env = {
      PATH: process.env.PATH,
      HOME: data,
      PORT: String(port),
      NODE_ENV: 'production',
      LANGDU_OUTPUT: join(data, 'output'),
      LANGDU_CACHE: join(data, 'cache'),
      LANGDU_JOBS: join(data, 'jobs'),
    };
    const user = root ? { uid: NOBODY, gid: NOBODY } : {};
    const server = spawn(process.execPath, [join(app, 'dist/cli/main.js'), 'serve'], {
      ...{ cwd: app, env, ...user },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    server.stderr!.on('data', (part) => {
      said += part;
    });
    t.after(async () => {
      if (server.exitCode !== null) return;
      server.kill('SIGTERM');
      await once(server, 'exit');
    });
    // The image's own health check is what waits.
    const healthy = () =>
      promisify(execFile)(process.execPath, [join(app, 'healthy.mjs')], { env }).then(
        () => true,
        () => false,
      );
    assert.equal(await healthy(), false, 'unhealthy before it serves');
    await until(async () => server.exitCode !== null || (await healthy()), 'it is healthy', 40_000);
    assert.equal(server.exitCode, null, said);

    const url = `http://127.0.0.1:${port}`;
    for (const format of ['wav', 'pcm', 'mp3', 'opus', 'flac', 'aac']) {
      const answer = await post(`${url}/api/tts`, { text: '你好。', format });
      assert.equal(answer.status, 200, `${format}: ${said}`);
      const { audio_url: address } = (await answer.json()) as { audio_url: string };
      assert.ok((await (await fetch(url + address)).arrayBuffer()).byteLength > 1000, format);
    }
    assert.equal((await post(`${url}/api/jobs`, { text: '你好。' })).status, 202);
    assert.match(await (await fetch(url)).text(), /<script/);
    assert.doesNotMatch(said, /EACCES|EROFS|"level":"error"/);
    server.kill('SIGTERM');
    assert.equal((await once(server, 'exit'))[0], 0, said);
    // ONNX Runtime would keep an id of this machine and a queue of reports in the home folder.
    assert.deepEqual(readdirSync(data).sort(), ['cache', 'jobs', 'output']);
    assert.doesNotMatch(said, /telemetry/);
  });
});

/** What follows an instruction in a stage; '' is the last, which has no name. */
function stage(name: string, instruction: string): string[] {
  const stages = dockerfile.split(/^FROM /m).slice(1);
  const text = stages.find((each) => (/^\S+(?: AS (\w+))?/.exec(each)?.[1] ?? '') === name)!;
  return [...text.matchAll(new RegExp(`^${instruction} (.+)$`, 'gm'))].map(([, rest]) => rest!);
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
