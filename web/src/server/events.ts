import { EventSourceParserStream } from 'eventsource-parser/stream';
import { reach, Unreachable } from './ask.ts';

/** A server-sent event, its data as JSON. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** The events of an answer, as they come. `EventSource` itself can neither send a body nor a key. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) throw new Unreachable('no body');
  const reader = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reach(() => reader.read());
      if (done) return;
      yield { event: value.event ?? 'message', data: JSON.parse(value.data) as unknown };
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
