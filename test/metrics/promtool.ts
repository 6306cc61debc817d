import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kept = join(tmpdir(), 'langdu-test-promtool');

/** Prometheus' own checker. It is taken out of Debian's package, not installed: that would start a server of its own. */
export function promtool(args: readonly string[], input = ''): { readonly ok: boolean; readonly says: string } {
  const done = spawnSync(find(), args, { input, encoding: 'utf8' });
  return { ok: done.status === 0, says: done.stdout + done.stderr };
}

function find(): string {
  const installed = '/usr/bin/promtool';
  if (existsSync(installed)) return installed;
  if (!existsSync(kept)) extract();
  return kept;
}

function extract(): void {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-prometheus-'));
  try {
    const options = { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] };
    if (process.getuid?.() === 0) execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['download', '-qq', 'prometheus'], options);
    const [archive = ''] = readdirSync(folder);
    mkdirSync(join(folder, 'x'));
    execFileSync('dpkg-deb', ['--extract', archive, 'x'], options);
    // In one step, so that another test that looks for it meanwhile never finds half of it.
    renameSync(join(folder, 'x', 'usr', 'bin', 'promtool'), kept);
  } catch (error) {
    throw new Error('promtool is missing: install the package prometheus', { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
