import { cardinal } from './cardinal.ts';
import { coordinate } from './coordinate.ts';
import { date } from './date.ts';
import { designation } from './designation.ts';
import { duration } from './duration.ts';
import { event } from './event.ts';
import { formula } from './formula.ts';
import { fraction } from './fraction.ts';
import { latin, ordinals } from './latin.ts';
import { math, minus } from './math.ts';
import { measure } from './measure.ts';
import { model } from './model.ts';
import { money } from './money.ts';
import { percent } from './percent.ts';
import { phone } from './phone.ts';
import { plate } from './plate.ts';
import { power } from './power.ts';
import { between, range } from './range.ts';
import { roman } from './roman.ts';
import type { Rule } from './rule.ts';
import { ratio, score } from './score.ts';
import { serial } from './serial.ts';
import { symbol } from './symbol.ts';
import { time } from './time.ts';
import { version } from './version.ts';
import { web } from './web.ts';
import { year } from './year.ts';

/** In this order: the first rule that reads what stands at a place wins. */
export const rules: readonly Rule[] = [
  ...web,
  ...plate,
  ...phone,
  ...coordinate,
  ...event,
  ...ordinals,
  ...score,
  ...year,
  ...date,
  ...duration,
  ...time,
  ...ratio,
  ...money,
  ...percent,
  ...formula,
  ...power,
  ...version,
  ...serial,
  ...model,
  ...designation,
  ...fraction,
  ...measure,
  ...range,
  ...minus,
  ...between,
  ...math,
  ...cardinal,
  ...roman,
  ...latin,
  ...symbol,
];
