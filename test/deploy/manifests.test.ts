import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { findConfigFile } from '../../src/config/file.ts';
import { packageRoot } from '../../src/config/paths.ts';
import { loadSettings, type Settings, schema } from '../../src/config/settings.ts';
import { ensureDebianPackage } from '../install.ts';

/** How long a stop may take beyond the configured times, docs/operating.md and src/cli/commands/serve.ts. */
const LAST_STEPS = 12;
const variables = new Set(Object.values(schema).map(({ env }) => env as string));

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec?: {
    replicas?: unknown;
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly scaleTargetRef?: { readonly name: string };
    readonly triggers?: readonly { readonly metricType?: string }[];
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly volumes: readonly { readonly name: string; readonly persistentVolumeClaim?: unknown }[];
        readonly containers: readonly [
          {
            readonly env: readonly { readonly name: string }[];
            readonly volumeMounts: readonly { readonly name: string }[];
            readonly args: readonly string[];
            readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
            readonly startupProbe?: Probe;
            readonly readinessProbe?: Probe;
            readonly livenessProbe?: Probe;
          },
        ];
      };
    };
  };
}

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
  readonly ports?: readonly string[];
}

const manifests = readdirSync(path('kubernetes'))
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => parseAllDocuments(read(`kubernetes/${name}`)).map((document) => document.toJS() as Manifest));
const named = (kind: string): Manifest[] => manifests.filter((each) => each.kind === kind);

describe('deploy/kubernetes', () => {
  for (const manifest of manifests) {
    it(`${manifest.kind} ${manifest.metadata.name} is what its schema wants`, () => {
      validate(manifest);
    });
  }

  it('is refused by the schemas where it is wrong', () => {
    const deployment = structuredClone(named('Deployment')[0]!);
    deployment.spec!.replicas = 'two';
    assert.throws(() => validate(deployment));
  });

  it('has a configuration file that Langdu takes, and names settings there are', () => {
    assert.equal(configured().resultsDriver, 's3');
    const names = named('Deployment').flatMap((each) =>
      each.spec!.template!.spec.containers[0].env.map(({ name }) => name),
    );
    names.push(...named('Secret').flatMap((each) => Object.keys(each.stringData!)));
    assert.deepEqual(
      names.filter((name) => !variables.has(name)),
      [],
    );
  });

  it('leaves time for a stop, and for the readiness probe to be heard', () => {
    const { drainSeconds, stopSeconds } = configured();
    for (const { spec } of named('Deployment')) {
      const { terminationGracePeriodSeconds, containers } = spec!.template!.spec;
      assert.ok(terminationGracePeriodSeconds >= drainSeconds + stopSeconds + LAST_STEPS + 3);
      const probe = containers[0].readinessProbe;
      if (probe !== undefined) assert.ok(drainSeconds > probe.periodSeconds * probe.failureThreshold);
    }
  });

  it('asks where the configuration has somebody answer, for what is there', () => {
    const { port, metricsPort } = configured();
    for (const { spec } of named('Deployment')) {
      const { args, ports, startupProbe, readinessProbe, livenessProbe } = spec!.template!.spec.containers[0];
      const serves = args[0] === 'serve';
      const listening = { ...(serves ? { http: port } : {}), metrics: metricsPort };
      assert.deepEqual(Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort])), listening);
      const paths = [startupProbe, readinessProbe, livenessProbe].map((probe) => probe?.httpGet);
      const at = (path: string, on: string) => ({ path, port: on });
      const expected = serves
        ? [at('/readyz', 'http'), at('/readyz', 'http'), at('/healthz', 'http')]
        : [at('/metrics', 'metrics'), undefined, at('/metrics', 'metrics')];
      assert.deepEqual(paths, expected);
    }
  });

  it('selects the pods it means, and scales what is there', () => {
    const deployments = named('Deployment');
    for (const { spec } of deployments) assert.deepEqual(spec!.template!.metadata.labels, spec!.selector!.matchLabels);
    const names = deployments.map(({ metadata }) => metadata.name);
    for (const kind of ['HorizontalPodAutoscaler', 'ScaledObject']) {
      for (const { spec } of named(kind)) assert.ok(names.includes(spec!.scaleTargetRef!.name));
    }
  });

  it('sets no number of pods that something else scales, and holds the wait of jobs itself against its threshold', () => {
    for (const { spec } of named('Deployment')) assert.equal(spec!.replicas, undefined);
    for (const { spec } of named('ScaledObject')) assert.equal(spec!.triggers![0]!.metricType, 'Value');
  });

  it('mounts what there is, and shares no volume: results and logs of jobs are in the bucket', () => {
    for (const { spec } of named('Deployment')) {
      const { volumes, containers } = spec!.template!.spec;
      const mounted = containers[0].volumeMounts.map(({ name }) => name);
      assert.deepEqual(
        mounted,
        volumes.map(({ name }) => name),
      );
      assert.ok(volumes.every(({ persistentVolumeClaim }) => persistentVolumeClaim === undefined));
    }
  });
});

describe('deploy/compose', () => {
  const secrets = { REDIS_PASSWORD: 'a', S3_ACCESS_KEY: 'b', S3_SECRET_KEY: 'c' };
  for (const file of ['single.yaml', 'scaled.yaml']) {
    it(`${file} is taken by docker-compose, which says what it makes of it`, () => {
      const services = compose(file, secrets).services as Record<string, Service>;
      const ours = Object.values(services).filter(({ image }) => image === 'langdu');
      assert.ok(ours.length >= 1);
      for (const { environment, stop_grace_period: grace } of ours) {
        const env = { ...environment };
        const { drainSeconds, stopSeconds } = loadSettings(env);
        assert.ok(Number(/^(\d+)s$/.exec(grace ?? '')?.[1]) >= drainSeconds + stopSeconds + LAST_STEPS, grace);
        const unknown = Object.keys(env).filter((name) => !variables.has(name));
        assert.deepEqual(unknown, []);
      }
    });

    it(`${file} is open to this machine alone: there are no keys yet`, () => {
      const ports = Object.values(compose(file, secrets).services as Record<string, Service>).flatMap(
        (each) => each.ports ?? [],
      );
      assert.ok(ports.length > 0);
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
    });
  }

  it('takes no image that may be another one tomorrow', () => {
    const services = ['single.yaml', 'scaled.yaml'].flatMap((file) => Object.values(compose(file, secrets).services));
    const images = (services as Service[]).map(({ image }) => image).filter((image) => image !== 'langdu');
    images.push(
      ...[...readFileSync(join(packageRoot, 'Dockerfile'), 'utf8').matchAll(/^FROM (\S+)/gm)].map(([, name]) => name!),
    );
    assert.ok(images.length >= 5);
    for (const image of images) assert.match(image, /:(v?\d|RELEASE\.\d)/, image);
  });

  it('does not start without its secrets', () => {
    assert.throws(() => compose('scaled.yaml', {}), /REDIS_PASSWORD/);
  });

  it('has the servers that the nginx configuration names', () => {
    const { services } = compose('scaled.yaml', secrets);
    const upstreams = [...read('nginx/langdu.conf').matchAll(/^ +server ([\w-]+):5000/gm)].map(([, name]) => name);
    assert.deepEqual(
      upstreams,
      Object.keys(services)
        .filter((name) => name.startsWith('server-'))
        .sort(),
    );
  });
});

describe('deploy/systemd', () => {
  const unit = read('systemd/langdu.service');
  it('is a unit that systemd takes', () => {
    ensureDebianPackage('systemd', '/usr/bin/systemd-analyze');
    // Node and the server need not be where the unit has them on this machine.
    const folder = mkdtempSync(join(tmpdir(), 'langdu-unit-'));
    const file = join(folder, 'langdu.service');
    writeFileSync(file, unit.replace('/usr/bin/node /opt/langdu', `${process.execPath} /opt/langdu`));
    const said = execFileSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8', stdio: 'pipe' });
    assert.equal(said, '');
    rmSync(folder, { recursive: true });
  });

  it('names settings there are, and leaves time for a stop', () => {
    const names = [...unit.matchAll(/^Environment=(\w+)=/gm)].map(([, name]) => name!);
    const known = new Set([...variables, 'NODE_ENV', 'LANGDU_CONFIG']);
    assert.deepEqual(
      names.filter((name) => !known.has(name)),
      [],
    );
    const { drainSeconds, stopSeconds } = loadSettings();
    assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) >= drainSeconds + stopSeconds + LAST_STEPS);
  });
});

/** Throws where the manifest is not what the Kubernetes or KEDA API takes: their own schemas, as JSON Schema. */
function validate(manifest: Manifest): void {
  const family = manifest.apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
  const models = createRequire(import.meta.url)(`${family}/${manifest.apiVersion}`) as Record<
    string,
    new (
      manifest: Manifest,
    ) => { validate(): void }
  >;
  const Model = models[manifest.kind];
  assert.ok(Model !== undefined, `${manifest.apiVersion} has no ${manifest.kind}`);
  new Model(manifest).validate();
}

function configured(): Settings {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-config-'));
  const file = join(folder, 'langdu.yaml');
  writeFileSync(file, named('ConfigMap')[0]!.data!['langdu.yaml']!);
  const settings = loadSettings({}, {}, findConfigFile(file));
  rmSync(folder, { recursive: true });
  return settings;
}

/** The client alone can say what a file comes to; it needs no engine for that. */
function compose(file: string, env: Record<string, string>): { services: Record<string, unknown> } {
  ensureDebianPackage('docker-compose', '/usr/bin/docker-compose');
  const args = ['-f', path(`compose/${file}`), 'config'];
  const options = { encoding: 'utf8', stdio: 'pipe', env: { PATH: process.env.PATH, ...env } } as const;
  return parseAllDocuments(execFileSync('/usr/bin/docker-compose', args, options))[0]!.toJS();
}

function path(name: string): string {
  return join(packageRoot, 'deploy', name);
}

function read(name: string): string {
  return readFileSync(path(name), 'utf8');
}
