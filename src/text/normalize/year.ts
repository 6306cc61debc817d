import { cardinal } from './number.ts';
import { cues, dashes, digit, type Found, measured, notCounted, type Part, type Rule, rule } from './rule.ts';

const uncut = '(?<![\\d.$¥€£]|\\d[,:/\\-–])';
const four = '(?:1\\d{3}|20\\d{2})';
const season = '(?:赛季|球季|雪季|学年|年度|财年|财政年度|榜单)';
const long = `(?<=(?<long>${cues('years_long')})[约逾近]?)`;
const after = `(?<after>(?=年(?:前(?!后)|后|来|间|之后|之前|以前|以来|以后|内|多|期|${cues('years_long_after')})))`;

/** Years are read digit by digit, lengths of time are not: 1998年, but 长达120年. */
export const year: readonly Rule[] = [
  // 2004/05赛季, 88-89赛季
  rule('years', digit, `${uncut}(?<y>${four}|\\d{2})(?<s>[/／${dashes}])(?<z>${four}|\\d{2})(?=${season})`, range),
  // 1982–83西班牙足球乙级联赛: with the next year as two digits
  rule(
    'years',
    digit,
    `${uncut}(?<y>${four})(?<s>[/／${dashes}])(?<z>\\d{2})(?![\\d.:/年月％%A-Za-z]|[,-]\\d|\\s?(?!${notCounted})(?:${measured}))`,
    (found) =>
      Number(found.get('z')) > 12 && Number(found.get('z')) === (Number(found.get('y')) + 1) % 100
        ? range(found)
        : undefined,
  ),
  // 2019-2020年, (1912—1949), 1990-95年
  rule(
    'years',
    digit,
    `${uncut}(?<y>${four})\\s{0,2}年?(?<s>(?:[${dashes}]{1,2}|[至到]))\\s{0,2}(?<z>${four}|\\d{2}(?=年))(?![\\d.:/]|[,-]\\d)(?!\\s?(?:[%‰元块亿万千百美欧倍]|[A-Za-z℃°]|(?!年|${notCounted})(?:${measured})))`,
    (found) =>
      found.get('z').length === 4 && Number(found.get('z')) <= Number(found.get('y')) ? undefined : range(found),
  ),
  // （687-710）, 661—663年
  rule(
    'years',
    digit,
    `${uncut}(?<y>\\d{3})(?<s>[${dashes}]{1,2})(?<z>\\d{3,4})(?=年(?!的?历史|之久|后|前))`,
    ascending,
  ),
  rule(
    'years',
    digit,
    `(?=\\d{3}[${dashes}])(?<=[（(][^（）()\\d]{0,12})(?<y>\\d{3})(?<s>[${dashes}]{1,2})(?<z>\\d{3,4})(?=[）)])`,
    ascending,
  ),
  // 前310－前250, 公元前221-206年
  rule(
    'years',
    digit,
    `(?<=前)(?<y>\\d{2,4})年?\\s?(?<s>[${dashes}]{1,2})\\s?(?<q>(?:公元)?前?)(?<z>\\d{1,4})(?![\\d.万千百])`,
    (found) => [
      ...old(found, 'y'),
      ...(found.text.includes('年') ? [found.say('s', '年到')] : [found.say('s', '到')]),
      ...(found.get('q') === '' ? [] : [found.say('q', found.get('q'))]),
      ...old(found, 'z'),
    ],
  ),
  rule(
    'year',
    digit,
    `(?=\\d{3,4}\\s?年)(?<=公元前?\\s?|西元前?\\s?|[^之以年日月提向目空面史跟当从][前]|^前|[约（(，]公元)(?<y>\\d{3,4})(?=\\s?年)`,
    era,
  ),
  rule('year', digit, '(?<=(?:公元|西元)前?\\s?)(?<y>\\d{3,4})(?![\\d.万千百])', (found) => found.spell('y')),
  rule('year', digit, `(?=\\d{4}\\s?年)${uncut}(?:${long}|)(?<y>\\d{4})(?=\\s?年)(?:${after}|)`, (found) => {
    const value = Number(found.get('y'));
    const round = value % 10 === 0;
    const distant = value >= 2200 ? value % 100 === 0 : value % 1000 === 0 && value !== 2000;
    if (/历史|之久|寿命/.test(afterOf(found)) && round) return amount(found);
    if (distant && (value >= 2200 || found.has('after') || found.has('long'))) return amount(found);
    if (round && found.has('long') && (value % 100 === 0 || found.has('after')) && found.has('after'))
      return amount(found);
    if (
      value === 2000 &&
      (/^年(?:前|来|间)/.test(afterOf(found)) || /^(?:近|长达|逾|超过|距今约?|将近|已?有)$/.test(found.get('long')))
    )
      return amount(found);
    if (round && /^(?:长达|历时|历经|距今约?|将近|逾|近|超过|为期)$/.test(found.get('long')) && value % 100 === 0)
      return amount(found);
    return found.spell('y');
  }),
  rule(
    'year',
    digit,
    `(?=\\d{3}年)(?<!${cues('eras')})${uncut}(?:${long}|)(?<y>[1-9]\\d{2})(?=年)(?:${after}|)`,
    (found) => {
      const round = Number(found.get('y')) % 10 === 0;
      if (/之久|历史|寿命|徒刑|时间|时光/.test(afterOf(found))) return amount(found);
      if (found.has('long') && !/^(?:在|约|有|共|近|过|了|满|用|花|需|达)$/.test(found.get('long')))
        return amount(found);
      if (found.has('long') && (round || /^[了过满达花用需]$/.test(found.get('long')))) return amount(found);
      if (round && found.has('after')) return amount(found);
      return found.spell('y');
    },
  ),
  rule('year', digit, `${uncut}(?<y>[12]\\d{3})(?=\\s?[级届](?!台阶|楼梯|阶梯))`, (found) => found.spell('y')),
  // 1986、87年; 86年8月, but 昭和26年9月
  rule('year', digit, '(?<=\\d{4}年?[、，和及与或/至到])(?<y>\\d{2})(?=年(?!代))', (found) => found.spell('y')),
  rule(
    'year',
    digit,
    `(?=\\d{2}年)(?<![\\d.,]|${cues('eras')})(?<y>\\d{2})(?=年(?:\\s?\\d{1,2}月|[级版款]))`,
    (found) => found.spell('y'),
  ),
  rule('year', digit, "(?<=['’‘])(?<y>\\d{2})(?=年|赛季|世界杯|奥运)", (found) => found.spell('y')),
  rule(
    'year',
    digit,
    '(?<![\\d.,]|[约近逾达有历长])(?<y>[6-9]\\d)(?=年(?:毕业|出生|入学|底|初|末|春|夏|秋|冬|世界杯|奥运|全国|全运|亚运))',
    (found) => found.spell('y'),
  ),
  rule('decade', digit, '(?<![\\d.,])(?<y>[05-9][05])(?=后(?!的?\\d|[来面]))', (found) => found.spell('y')),
  // 1900s, 90's
  rule('decade', digit, String.raw`(?<![\d.,])(?<y>(?:1[5-9]|20)\d0)(?<s>['’]?s)(?![A-Za-z\d])`, (found) => [
    ...found.spell('y'),
    found.say('s', '年代'),
  ]),
  rule('decade', digit, String.raw`(?<![\d.,])(?<y>[1-9]0)(?<s>['’]s)(?![A-Za-z\d])`, (found) => [
    found.say('y', cardinal(found.get('y'))),
    found.say('s', '年代'),
  ]),
  // 《2046》
  rule('year', digit, '(?<=《)(?<y>\\d{3}[1-9])(?=》)', (found) => found.spell('y')),
  // A year without 年: 2016赛季, （1999）, 于1956在
  rule('year', digit, `${uncut}(?<y>${four})(?=\\s?(?:${cues('year_after')}))`, bare),
  rule('year', digit, `(?<=[（(])(?<y>${four})(?=[）)，,；;])`, (found) => found.spell('y')),
  rule(
    'year',
    digit,
    `(?=1[5-9]|20[0-4])(?<=(?:${cues('year_before')})\\s?)(?<y>1[5-9]\\d{2}|20[0-4]\\d)(?![\\d.,:/·]|\\s?[A-Za-z%℃°万千百亿多余]|\\s?[${dashes}]\\s?\\d|${measured})`,
    bare,
  ),
  rule(
    'year',
    digit,
    `(?=1[89]|20[0-3])(?<!\\d|[\\d.,:/$¥€£A-Za-z第\\-–—][\\s]?|(?:${cues('amount')})[:：]?)(?<y>1[89]\\d{2}|20[0-3]\\d)(?![\\d.,:/·×+*=A-Za-z%℃°²]|\\s[A-Za-z]{1,3}(?![A-Za-z])|\\s[%℃°²]|\\s?[${dashes}]\\s?\\d|\\s?(?!${notCounted})(?:${measured}))`,
    bare,
  ),
];

function afterOf(found: Found): string {
  return found.input.slice(found.end, found.end + 8).trimStart();
}

function amount(found: Found): Part[] {
  return [found.say('y', cardinal(found.get('y')))];
}

/** Alone, and round, it is a number like any other. */
function bare(found: Found): Part[] | undefined {
  return found.alone ? undefined : found.spell('y');
}

/** 前3000年 is said as a number, 前221年 and 公元800年 are not. */
function era(found: Found): Part[] {
  const before = found.input.slice(Math.max(0, found.start - 2), found.start).includes('前');
  return before && Number(found.get('y')) % 100 === 0 ? amount(found) : found.spell('y');
}

function range(found: Found): Part[] {
  return [...found.spell('y'), found.say('s', '到'), ...found.spell('z')];
}

function ascending(found: Found): Part[] | undefined {
  return Number(found.get('y')) < Number(found.get('z')) ? range(found) : undefined;
}

/** Before our era: 前221 digit by digit, 前62 as a number. */
function old(found: Found, group: string): Part[] {
  const written = found.get(group);
  return written.length > 2 && !written.endsWith('00') ? found.spell(group) : [found.say(group, cardinal(written))];
}
