import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

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
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], options);
  if (!existsSync(file)) throw new Error(`the package ${name} was installed, and ${file} is still missing`);
}
