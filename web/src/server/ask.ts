import type { ErrorCode } from '../../../src/errors.ts';
import type { Language } from '../strings.ts';
import { apiKey } from './key.ts';

/** What the server said was wrong; its message is fit to show. */
export class ServerError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which it makes sense to ask again, when the server named them. */
  readonly retryAfter: number | undefined;

  constructor(message: string, code: ErrorCode, retryAfter?: number) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** The server was not reached, or went away in the middle of its answer. */
export class Unreachable extends Error {}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: object;
  readonly accept?: string;
  readonly language: Language;
  readonly signal?: AbortSignal;
}

/** The answer to a request, whatever is in it. Throws `ServerError`, `Unreachable`, or the abort of the signal. */
export async function ask(path: string, { method, body, accept, language, signal }: Ask): Promise<Response> {
  const key = apiKey();
  const response = await reach(() =>
    fetch(path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        'accept-language': language,
        ...(accept === undefined ? {} : { accept }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  if (!response.ok) throw await errorOf(response);
  return response;
}

export async function askJson<T>(path: string, options: Ask): Promise<T> {
  const response = await ask(path, options);
  return reach(() => response.json() as Promise<T>);
}

/** The answer as a file. Throws what `ask` throws, also when the connection is cut in the middle of it. */
export async function askBlob(path: string, options: Ask): Promise<Blob> {
  const response = await ask(path, options);
  return reach(() => response.blob());
}

/** Runs something that reads from the network, whose failures are `TypeError`s unless it was aborted. */
export async function reach<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) throw new Unreachable(error.message);
    throw error;
  }
}

/** An answer that is not ours comes from a proxy whose server is away. */
async function errorOf(response: Response): Promise<Error> {
  const answer: unknown = await response.json().catch(() => undefined);
  if (typeof answer !== 'object' || answer === null || !('code' in answer) || !('error' in answer)) {
    return new Unreachable(`${response.status} ${response.statusText}`);
  }
  const { error, code } = answer as { error: string; code: ErrorCode };
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ServerError(error, code, Number.isFinite(wait) ? wait : undefined);
}
