import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/config/paths.ts';
import { inventoryLanguages, loadInventory, specials } from '../../../src/text/symbols/inventory.ts';

/** The original tables, as published (MIT, LICENSE beside them). */
function original(language: string, file: string): string {
  return readFileSync(join(packageRoot, 'test', 'text', 'languages', language, file), 'utf8').replace(/^\uFEFF/, '');
}

for (const language of inventoryLanguages) {
  test(`${language}: phones, tones and syllables equal the original tables, in order`, () => {
    const inventory = loadInventory(language);
    const phones = [...original(language, 'PhoneSet.xml').matchAll(/<name>(.*?)<\/name>/g)].map((match) => match[1]);
    assert.deepEqual(inventory.phones, [...phones, '#1', '#2', '#3', '#4']);

    const tones = original(language, 'tonelist.txt').replace(/\n$/, '').split('\n');
    assert.deepEqual(
      inventory.tones,
      tones.map((tone) => `tone${tone || '_none'}`),
    );

    const rows = original(language, 'py2phoneMap.txt').trim().split('\n');
    const syllables = new Map(rows.map((row) => row.split('\t') as [string, string]));
    assert.deepEqual(new Map([...inventory.syllables].map(([name, parts]) => [name, parts.join(' ')])), syllables);
  });

  test(`${language}: every syllable is made of phones of the inventory`, () => {
    const { phones, syllables } = loadInventory(language);
    const known = new Set(phones);
    const strangers = [...syllables].filter(([, parts]) => parts.some((phone) => !known.has(phone)));
    assert.deepEqual(strangers, []);
  });
}

test('PinYin tables have the sizes of the published voices', () => {
  const inventory = loadInventory('PinYin');
  const sizes = [
    inventory.phones,
    inventory.tones,
    inventory.syllableFlags,
    inventory.wordSegments,
    inventory.emotions,
  ];
  assert.deepEqual(
    sizes.map((table) => table.length + specials.length),
    [147, 10, 8, 8, 36],
  );
  assert.equal(inventory.emotions[0], 'emotion_none');
  assert.equal(inventory.emotions[32], 'emotion_placeholder9');
});

test('an inventory is read once', () => {
  assert.equal(loadInventory('Sichuan'), loadInventory('Sichuan'));
});
