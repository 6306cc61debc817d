import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One installs at a time: test files run beside each other, and apt refuses the second. */
const lock = join(tmpdir(), 'langdu-apt.lock');
const script = 'test -e "$1" || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$0"; }';

/** Installs a Debian package when the file it brings is missing, where that is possible; otherwise says what to install. */
export function ensureDebianPackage(name: string, file: string): void {
  if (existsSync(file)) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`${file} is missing: install the package ${name} (Debian: apt-get install ${name})`);
  }
  const options: ExecFileSyncOptions = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  execFileSync('flock', [lock, 'sh', '-c', script, name, file], options);
  if (!existsSync(file)) throw new Error(`the package ${name} was installed, and ${file} is still missing`);
}
