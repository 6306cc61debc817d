import { readTable } from '../data.ts';
import { counted, decimal } from './number.ts';
import { alternation, dashes, digit, type Found, number, type Part, type Rule, rule } from './rule.ts';

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
/** A letter that is as often a name (4K, 3A, 2N) as a unit is one only behind a number of two digits or a fraction. */
const doubtful = /^[AJNVWT]$/;
const units = alternation(all.filter((symbol) => !doubtful.test(symbol)));
const long = alternation(all.filter((symbol) => !/^[A-Za-z]$/.test(symbol)));
const short = new RegExp(
  `^(?:${alternation(all.filter((symbol) => /^[a-zA-Z]$/.test(symbol) && !doubtful.test(symbol)))})$`,
);
const initials = [...new Set(all.map((symbol) => symbol.charAt(0)))].join('').replace(/[\]\\^-]/g, '\\$&');
const end = '(?![A-Za-z\\d²³⁻]|/[A-Za-z])';
/** iPhone 4s, DF4g: the number is a name, and what follows no unit. */
const notNamed = String.raw`(?<![A-Za-z][- –]?\d{1,4}\s?|第\d{1,3})`;
const ofNumber = String.raw`(?<=[\d⁰¹²³⁴-⁹]\s?)`;
/** 2km is 两公里, 2℃ is 二摄氏度. */
const angular = /^[℃℉°′″]/;

export const measure: readonly Rule[] = [
  rule(
    'temperature',
    '\\-−',
    String.raw`(?<![\dA-Za-z.%)])[-−](?=\d{1,4}(?:\.\d{1,4})?(?:\s?[${dashes}至到]{1,2}\s?[-−]?\d{1,4}(?:\.\d{1,4})?)?\s?(?:℃|°C|℉|°F|摄氏度))`,
    (found) => found.whole('零下'),
  ),
  rule(
    'temperature',
    `${dashes}至到`,
    String.raw`(?<=\d\s?(?:℃|°C|摄氏度)?)\s?(?:[${dashes}至到])\s?[-−](?=\d{1,4}(?:\.\d{1,4})?\s?(?:℃|°C|摄氏度))`,
    (found) => found.whole('到零下'),
  ),
  rule(
    'rate',
    digit,
    String.raw`(?<![\d.])(?:(?<=(?<fast>[时分秒]速)[^\d，。]{0,4})|)(?<n>${number})(?:\s?(?<j>[${dashes}/]|[至到])\s?(?<b>${number}))?\s?(?<u>${rates})${end}`,
    (found) => {
      const unit = table.get(found.get('u'))!;
      // 10/100Mbps has the one or the other.
      const high = found.get('b') === '' ? '' : `${found.get('j') === '/' ? '或' : '到'}${decimal(found.get('b'))}`;
      return found.whole(`${found.has('fast') ? '' : unit.rate}${counted(found.get('n'))}${high}${unit.name}`);
    },
  ),
  rule('measure', digit, String.raw`(?<![\d.A-Za-z][-–]?)(?<n>2)\s?(?<u>${units})${end}`, (found) =>
    angular.test(found.get('u')) ? undefined : [found.say('n', '两'), unitPart(found)],
  ),
  rule(
    'each',
    '\\/',
    '(?<=[\\dA-Za-z℃元块次个米克升度吨件人台顷里斤亩圆镑²³万亿辆颗只户瓦])/(?=[天日月年周斤克升米㎡㎥个人次件台时分秒袋盒瓶包箱吨户间晚颗粒片桶小公千平立毫亩层车股课辆])',
    (found) => found.whole('每'),
  ),
  rule('tenthousand', 'wW', String.raw`(?<=\d)(?:w(?=[一-龥+，。]|$)|W(?=[+人元粉次张播点]))`, (found) =>
    found.whole('万'),
  ),
  // 15.6", 7"单曲
  rule(
    'inch',
    '"″”',
    String.raw`(?<=(?<!\d['′’]\s?)\d{1,3}\.\d{1,3})["″]|(?<=\d)["″”](?=单曲|黑胶|唱片|屏|显示|液晶|硬盘|轮|寸|EP|LP)`,
    (found) => found.whole('英寸'),
  ),
  rule('unit', initials, `${ofNumber}(?:(?<u>${long})|${notNamed}(?<v>[a-zA-Z]))${end}`, (found) => {
    const unit = found.get('u') || found.get('v');
    return short.test(unit) || found.has('u') ? [unitPart(found, found.has('u') ? 'u' : 'v')] : undefined;
  }),
  rule(
    'unit',
    'AJNVWT',
    String.raw`(?<=(?<![A-Za-z\d.]|[A-Za-z][-–])(?:\d{2,5}|\d{1,4}\.\d{1,9})\s?|[压流力率为约]\d\s?)(?<u>[AJNVWT])${end}`,
    (found) => (table.has(found.get('u')) ? [unitPart(found)] : undefined),
  ),
  // W/(m·K), μg/d: made of known ones
  rule('unit', 'A-Za-zμ', `${ofNumber}(?<u>${units})(?<s>/)(?<v>${units})${end}`, (found) => [
    unitPart(found),
    found.say('s', '每'),
    found.say('v', table.get(found.get('v'))!.name),
  ]),
  rule(
    'unit',
    'A-Za-zμ',
    `(?<=[一二三四五六七八九十百千万亿几多余半])(?<u>km²?|cm²?|mm|kg|mg|ml|kW|MW|kHz|MHz|GHz|MB|m²|m³)${end}`,
    (found) => {
      const unit = table.get(found.get('u'));
      return unit === undefined ? undefined : found.whole(unit.name);
    },
  ),
];

function unitPart(found: Found, group = 'u'): Part {
  const { name, rate } = table.get(found.get(group))!;
  return found.say(group, `${name}${rate}`);
}
