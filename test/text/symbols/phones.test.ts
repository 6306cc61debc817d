import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTable } from '../../../src/text/data.ts';
import { syllabify } from '../../../src/text/pronounce/syllabify.ts';
import { loadInventory } from '../../../src/text/symbols/inventory.ts';
import { PhoneTable } from '../../../src/text/symbols/phones.ts';

const mandarin = new PhoneTable(loadInventory('PinYin'));
const sichuan = new PhoneTable(loadInventory('Sichuan'));

test('syllables have the phones of the original lines', () => {
  assert.deepEqual(mandarin.phonesOf('ai'), ['ga', 'ai_c']);
  assert.deepEqual(mandarin.phonesOf('yuan'), ['y_c', 'van_c']);
  assert.deepEqual(mandarin.phonesOf('qu'), ['q_c', 'v_c']);
  assert.deepEqual(mandarin.phonesOf('huar'), ['h_c', 'uar_c']);
  assert.deepEqual(mandarin.phonesOf('rua'), ['r_c', 'ua_c']);
});

test('Sichuan has flat initials and no r-coloured finals', () => {
  assert.deepEqual(sichuan.phonesOf('zhang'), ['z_c', 'ang_c']);
  assert.deepEqual(sichuan.phonesOf('shi'), ['s_c', 'ii_c']);
  assert.deepEqual(sichuan.phonesOf('huar'), ['h_c', 'ua_c']);
  assert.deepEqual(sichuan.phonesOf('ye'), ['y_c', 'e_c']);
});

test('every Mandarin syllable can be said in both', () => {
  for (const name of loadInventory('PinYin').syllables.keys()) {
    for (const table of [mandarin, sichuan]) {
      const phones = table.phonesOf(name);
      assert.ok(
        phones?.every((phone) => table.isPhone(phone)),
        name,
      );
    }
  }
});

test('every English entry is made of phones of the inventory, with a vowel in every syllable', () => {
  for (const [word, arpabet] of readTable('english.tsv')) {
    const syllables = syllabify(arpabet!.split(' '));
    assert.equal(syllables.flatMap(({ phones }) => phones).length, arpabet!.split(' ').length, word);
    for (const { phones } of syllables)
      assert.ok(
        phones.every((phone) => mandarin.isPhone(phone)),
        word,
      );
  }
});

test('syllables begin with as many consonants as English allows', () => {
  const parts = (arpabet: string) => syllabify(arpabet.split(' ')).map(({ phones }) => phones.join(' '));
  assert.deepEqual(parts('hh ah0 l ow1'), ['hh ah', 'l ow']);
  assert.deepEqual(parts('ih1 n s t ah0 g r ae2 m'), ['ih n', 's t ah', 'g r ae m']);
  assert.deepEqual(parts('ih1 ng g l ih0 sh'), ['ih ng', 'g l ih sh']);
});
