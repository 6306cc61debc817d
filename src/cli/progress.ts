/** Work shorter than this passes in silence. */
const QUIET_MS = 1000;
const EVERY_MS = 250;

/**
 * Progress on stderr of what takes longer than a second: one line that is rewritten on a terminal, now and then one
 * otherwise.
 */
export class Progress {
  private readonly started = performance.now();
  private shown = 0;
  private visible = false;

  update(message: string): void {
    const now = performance.now();
    const terminal = process.stderr.isTTY;
    if (now - this.started < QUIET_MS || now - this.shown < (terminal ? EVERY_MS : 10 * EVERY_MS)) return;
    this.shown = now;
    this.visible = terminal;
    process.stderr.write(terminal ? `\r\x1b[K${message}` : `${message}\n`);
  }

  /** Clears the line. */
  done(): void {
    if (this.visible) process.stderr.write('\r\x1b[K');
    this.visible = false;
  }

  get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }
}
