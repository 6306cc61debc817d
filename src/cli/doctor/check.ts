/** What one look at the machine or the settings found. */
export interface Finding {
  /** `warn`: the server starts, and something about it will surprise. `fail`: it does not, or does not work. */
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was looked at, in a word or two. */
  readonly subject: string;
  /** What was found, and for what is not ok what to do. */
  readonly says: string;
}

export function ok(subject: string, says: string): Finding {
  return { state: 'ok', subject, says };
}

export function warn(subject: string, says: string): Finding {
  return { state: 'warn', subject, says };
}

export function fail(subject: string, says: string): Finding {
  return { state: 'fail', subject, says };
}
