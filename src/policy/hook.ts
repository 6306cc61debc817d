import { randomUUID } from 'node:crypto';
import { LangduError } from '../errors.ts';
import { SECRET_PREFIX, signatureHeaders } from '../webhook-signature.ts';
import { readHookAnswer } from './hook-answer.ts';
import { Semaphore } from './semaphore.ts';
import type { Verdict } from './verdict.ts';

export interface HookOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** Calls at a time. */
  readonly calls: number;
  /** Signs the calls: Base64 behind `whsec_`, any other is its UTF-8 bytes; '' for calls without a signature. */
  readonly secret: string;
}

/** What is sent beside the text. */
export interface HookContext {
  readonly requestId: string;
  readonly caller?: string | undefined;
  readonly path: string;
  readonly voice?: string | undefined;
  /** The request's own words, as a lexicon file has them: they are said in place of others. */
  readonly lexicon?: string | undefined;
}

/** An answer may hold a masked text with every unit written `\uXXXX`, and a little around it. */
const ANSWER_BYTES = 64 * 1024;
const BYTES_A_UNIT = 6;

/**
 * A service that judges texts over HTTP. Throws `config_invalid` where its address holds a user name or password: a
 * secret is for that.
 */
export class Hook {
  readonly #options: HookOptions;
  readonly #turns: Semaphore;
  readonly #open = new Set<AbortController>();
  #calls = 0;
  #failures = 0;

  constructor(options: HookOptions) {
    const { username, password } = new URL(options.url);
    if (username !== '' || password !== '') {
      throw new LangduError('config_invalid', {
        problem: 'LANGDU_POLICY_HOOK (an address without user name and password)',
      });
    }
    this.#options = options;
    this.#turns = new Semaphore(options.calls);
  }

  get counts(): { readonly calls: number; readonly failures: number; readonly waiting: number } {
    return { calls: this.#calls, failures: this.#failures, waiting: this.#turns.waiting };
  }

  /**
   * Asks once, within the timeout, in which waiting for a turn counts. Throws an Error when there is no valid answer.
   */
  async ask(text: string, context: HookContext): Promise<Verdict> {
    const { timeoutMs } = this.#options;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    this.#open.add(abort);
    this.#calls += 1;
    try {
      const done = await this.#turns.take(abort.signal);
      try {
        return readHookAnswer(await this.#post(text, context, abort.signal), text);
      } finally {
        done();
      }
    } catch (error) {
      this.#failures += 1;
      throw abort.signal.aborted ? abort.signal.reason : error;
    } finally {
      abort.abort(); // what is left of an answer that was too long, or not 200
      clearTimeout(timer);
      this.#open.delete(abort);
    }
  }

  /** Calls under way end without an answer. */
  close(): void {
    for (const abort of this.#open) abort.abort(new Error('closing'));
  }

  async #post(text: string, context: HookContext, signal: AbortSignal): Promise<string> {
    const { url, secret } = this.#options;
    const { requestId, caller, path, voice, lexicon } = context;
    const body = JSON.stringify({ text, request_id: requestId, caller, path, voice, lexicon });
    const seconds = Math.floor(Date.now() / 1000);
    const signed = secret === '' ? {} : signatureHeaders([keyOf(secret)], randomUUID(), seconds, body);
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...signed };
    // A redirect is an answer like any other that is not 200: the text goes where it was told to go and nowhere else.
    const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return readBody(response, ANSWER_BYTES + BYTES_A_UNIT * text.length);
  }
}

function keyOf(secret: string): Buffer {
  return secret.startsWith(SECRET_PREFIX)
    ? Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
    : Buffer.from(secret);
}

async function readBody(response: Response, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > limit) throw new Error(`the answer is longer than ${limit} bytes`);
    parts.push(part);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
}
