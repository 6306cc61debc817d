import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import { wordsOf } from '../../src/text/analysers.ts';
import { KnownLexicons } from '../../src/text/known-lexicons.ts';
import { parseLexicon } from '../../src/text/lexicon.ts';

/** A new string each time, as one that comes from another thread is. */
const sent = (text: string): string => Buffer.from(text).toString();

function counting() {
  const parsed: string[] = [];
  const lexicons = new KnownLexicons((text) => {
    parsed.push(text);
    return parseLexicon(text);
  });
  return { parsed, lexicons };
}

describe('lexicons of requests', () => {
  it('are read once for all items of a job', () => {
    const { parsed, lexicons } = counting();
    const text = Array.from({ length: 8000 }, (_, index) => `c${index}\t=西${index}`).join('\n');
    assert.ok(text.length > 100_000);
    for (let item = 0; item < 2000; item += 1) lexicons.of(sent(text));
    assert.equal(parsed.length, 1);
    assert.equal(lexicons.of(text).size, 8000);
    assert.equal(wordsOf(sent(text)).lexicon, wordsOf(sent(text)).lexicon);
  });

  it('are kept apart, and not for ever', () => {
    const { parsed, lexicons } = counting();
    const texts = Array.from({ length: 100 }, (_, index) => `${'阿'.repeat(1 + (index % 50))}\t=${index}`);
    for (const text of texts) assert.equal(lexicons.of(text).size, 1);
    assert.equal(lexicons.of(texts[99]!).match('阿'.repeat(50), 0)?.word, '阿'.repeat(50));
    assert.equal(parsed.length, 100);
    lexicons.of(texts[0]!);
    assert.equal(parsed.length, 101);
    // Too large to be kept.
    const large = `#${'x'.repeat(2_000_000)}\n阿里\ta1 li3`;
    for (const _ of [1, 2]) assert.equal(lexicons.of(large).size, 1);
    assert.equal(parsed.length, 103);
  });

  it('are refused each time when they are none', () => {
    const { lexicons } = counting();
    for (const _ of [1, 2]) {
      assert.throws(
        () => lexicons.of('阿里\ta1'),
        (error) => error instanceof LangduError && error.code === 'request_invalid',
      );
    }
  });
});
