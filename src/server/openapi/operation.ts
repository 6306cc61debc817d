import type { ErrorCode } from '../../errors.ts';

/** What a route's schema says of it beside what validates, for `GET /openapi.json`. */
export interface OperationNotes {
  /** A line. */
  readonly summary?: string;
  /** Markdown. */
  readonly description?: string;
  /** The section of the reference it stands in. */
  readonly tags?: readonly Section[];
  /** Media types of an answer that is not JSON. */
  readonly produces?: readonly string[];
  /** Headers it takes, and what they say. */
  readonly takesHeaders?: Readonly<Record<string, string>>;
  /** Headers of its answer, and what they say. */
  readonly givesHeaders?: Readonly<Record<string, string>>;
  /** What may go wrong, beside what may anywhere (openapi/failures.ts). */
  readonly errors?: readonly ErrorCode[];
  /** Not in the document: a file of the page. */
  readonly hide?: boolean;
}

declare module 'fastify' {
  interface FastifySchema extends OperationNotes {}
}

export const sections = {
  Speech: 'Text to audio.',
  OpenAI: "OpenAI's API: its clients work with `http://<host>/v1` as their base URL.",
  Text: 'How a text is read.',
  Jobs: 'Long texts, and work that must not be lost.',
  Results: 'Finished audio and subtitles.',
  Server: 'What it has, and how it is.',
} as const;
export type Section = keyof typeof sections;
