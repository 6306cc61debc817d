import { createHmac, timingSafeEqual } from 'node:crypto';
import { LangduError } from '../errors.ts';

/** The settings that links are made by. */
export interface LinkSettings {
  /** How long a link is good for; 0 leaves links unsigned, good as long as the result is kept. */
  readonly signedSeconds: number;
  readonly signingSecret: string;
}

/** What a signed link carries beside the name. */
export interface LinkQuery {
  /** Seconds since 1970. */
  readonly expires?: string | undefined;
  readonly signature?: string | undefined;
}

const SHORTEST_SECRET = 32;

/** Addresses of results, `/audio/<name>`; signed and expiring when the settings say so. */
export class ResultLinks {
  readonly #seconds: number;
  readonly #secret: string;

  /** Throws `config_invalid` when links are to be signed and there is nothing to sign them with. */
  constructor({ signedSeconds, signingSecret }: LinkSettings) {
    if (signedSeconds > 0 && signingSecret.length < SHORTEST_SECRET) {
      const problem = `LANGDU_SIGNING_SECRET (at least ${SHORTEST_SECRET} characters, when LANGDU_SIGNED_SECONDS is not 0)`;
      throw new LangduError('config_invalid', { problem });
    }
    this.#seconds = signedSeconds;
    this.#secret = signingSecret;
  }

  /** The path, and the query of a signed link. */
  of(name: string, now = Date.now()): string {
    if (this.#seconds === 0) return `/audio/${name}`;
    const expires = String(Math.floor(now / 1000) + this.#seconds);
    return `/audio/${name}?expires=${expires}&signature=${this.#sign(name, expires).toString('base64url')}`;
  }

  /**
   * Throws `audio_link_invalid` or `audio_link_expired`; says nothing of whether there is such a result.
   *
   * @returns the seconds that the link is good for yet; undefined when it is not signed
   */
  check(name: string, { expires = '', signature = '' }: LinkQuery, now = Date.now()): number | undefined {
    if (this.#seconds === 0) return undefined;
    const given = Buffer.from(signature, 'base64url');
    const right = this.#sign(name, expires);
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw new LangduError('audio_link_invalid');
    const left = Number(expires) - now / 1000;
    if (left <= 0) {
      throw new LangduError('audio_link_expired', { expired: new Date(Number(expires) * 1000).toISOString() });
    }
    return Math.floor(left);
  }

  /** Neither a name nor a time holds a blank, so no two pairs are the same text. */
  #sign(name: string, expires: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${name} ${expires}`).digest();
  }
}
