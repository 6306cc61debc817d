export interface SentEvent {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test looks at is its own
  readonly data: any;
}

/** Server-sent events, as their specification has them parsed. */
export function readEvents(body: string): SentEvent[] {
  return body
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const lines = block.split('\n');
      const field = (name: string) =>
        lines
          .filter((line) => line.startsWith(`${name}: `))
          .map((line) => line.slice(name.length + 2))
          .join('\n');
      return { event: field('event') || 'message', data: JSON.parse(field('data')) };
    });
}
