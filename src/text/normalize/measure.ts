import { readTable } from '../data.ts';
import { decimal } from './number.ts';
import { alternation, type Found, number, type Part, type Rule, rule } from './rule.ts';

interface Unit {
  readonly name: string;
  /** Said before the number: 每小时. */
  readonly rate: string;
}

const table = new Map<string, Unit>(
  readTable('units.tsv').map(([symbol, name, rate]) => [symbol!, { name: name!, rate: rate ?? '' }]),
);
const all = [...table.keys()];
const rates = alternation(all.filter((symbol) => table.get(symbol)!.rate !== ''));
/** A letter that is as often a name (5G, 4K, 3A) as a unit needs a space or nothing at all after it. */
const units = alternation(all.filter((symbol) => !/^[AJNV]$/.test(symbol)));
const end = '(?![A-Za-z\\d²³]|/[A-Za-z\\d])';
/** 2km is 两公里, 2℃ is 二摄氏度. */
const angular = /^[℃℉°′″]/;

export const measure: readonly Rule[] = [
  rule(
    'temperature',
    String.raw`(?<![\dA-Za-z.%)])(?<s>-)(?=\d{1,4}(?:\.\d{1,4})?(?:\s?[-~～至到]\s?-?\d{1,4}(?:\.\d{1,4})?)?\s?(?:℃|°C|℉|°F))`,
    (found) => [found.say('s', '零下')],
  ),
  rule(
    'rate',
    String.raw`(?<![\d.])(?:(?<=(?<fast>[时分秒]速)[^\d，。]{0,4})|)(?<n>${number})(?:\s?[-–~～]\s?(?<b>${number}))?\s?(?<u>${rates})${end}`,
    (found) => {
      const unit = table.get(found.get('u'))!;
      const high = found.get('b') === '' ? '' : `到${decimal(found.get('b'))}`;
      return found.whole(`${found.has('fast') ? '' : unit.rate}${counted(found.get('n'))}${high}${unit.name}`);
    },
  ),
  rule('measure', String.raw`(?<![\d.A-Za-z])(?<n>2)\s?(?<u>${units})${end}`, (found) =>
    angular.test(found.get('u')) ? undefined : [found.say('n', '两'), unitPart(found)],
  ),
  rule(
    'each',
    '(?<=[\\dA-Za-z元块次个米克升度吨件人台])/(?=[天日月年周斤克升米个人次件台时分秒袋盒瓶包箱吨户间晚颗粒片桶小公千平])',
    (found) => found.whole('每'),
  ),
  rule('tenthousand', String.raw`(?<=\d)(?<u>[wW])(?=[一-龥+，。]|$)`, (found) => [found.say('u', '万')]),
  rule('unit', String.raw`(?<=\d\s?)(?<u>${units})${end}`, (found) => [unitPart(found)]),
];

function unitPart(found: Found): Part {
  return found.say('u', table.get(found.get('u'))!.name);
}

function counted(written: string): string {
  return written === '2' ? '两' : decimal(written);
}
