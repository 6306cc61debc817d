import { cardinal } from './cardinal.ts';
import { date } from './date.ts';
import { fraction } from './fraction.ts';
import { latin } from './latin.ts';
import { math, minus } from './math.ts';
import { measure } from './measure.ts';
import { money } from './money.ts';
import { percent } from './percent.ts';
import { phone } from './phone.ts';
import { between, range } from './range.ts';
import type { Rule } from './rule.ts';
import { ratio, score } from './score.ts';
import { serial } from './serial.ts';
import { symbol } from './symbol.ts';
import { time } from './time.ts';
import { version } from './version.ts';
import { web } from './web.ts';

/** In this order: the first rule that reads what stands at a place wins. */
export const rules: readonly Rule[] = [
  ...web,
  ...phone,
  ...score,
  ...date,
  ...time,
  ...ratio,
  ...money,
  ...percent,
  ...version,
  ...serial,
  ...fraction,
  ...measure,
  ...range,
  ...minus,
  ...between,
  ...math,
  ...cardinal,
  ...latin,
  ...symbol,
];
