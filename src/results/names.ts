/** A result: 128 random bits, in hexadecimal. */
export const RESULT_NAME = /^[0-9a-f]{32}\.wav$/;

/** A result being written has its final name with this behind it, so that it never matches `RESULT_NAME`. */
export const PARTIAL_SUFFIX = '.part';
