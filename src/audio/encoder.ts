/**
 * One stream of one format: `start()` once, then `encode()` for each piece, then `end()`. The bytes joined do not
 * depend on how the samples were cut into pieces. What these return is a view of a buffer that may be written over, or
 * all of a new one, which the encoder has no more use for.
 */
export interface Encoder {
  /** What a stream of unknown length begins with. */
  start(): Uint8Array;
  /** @param samples `[n]`, −1 … 1, at the stream's rate; no reference is kept */
  encode(samples: Float32Array): Uint8Array;
  /** What is still held. Called once. */
  end(): Uint8Array;
  /**
   * After `end()`: what a file has over its first bytes now that the length is known; undefined where nothing changes.
   */
  header(): Uint8Array | undefined;
  /** Frees what the collector does not. Idempotent; may come at any time. */
  close(): void;
}
