import { decimal } from './number.ts';
import { digit, type Found, type Rule, rule } from './rule.ts';

const directions: Readonly<Record<string, string>> = { N: '北纬', S: '南纬', E: '东经', W: '西经' };
const degrees = String.raw`(?<d>\d{1,3}(?:\.\d{1,10})?)\s?°\s?`;
const seconds = String.raw`(?<s>\d{1,2}(?:\.\d{1,6})?)\s?(?:[″"”＂]|''|′′)\s?`;
const minutes = String.raw`(?<m>\d{1,2}(?:\.\d{1,6})?)\s?[′'’＇]\s?(?:${seconds})?`;
const side = '(?<p>[NSEW](?![A-Za-z]))';
const signed = '(?<![\\d.A-Za-z])(?<g>[-−])?';

/** Degrees with minutes, seconds or a letter of the compass: 39°54′, 31°12′N, N39.9°. */
export const coordinate: readonly Rule[] = [
  rule('coordinate', 'NSEW', `(?<![A-Za-z])${side}\\s?${degrees}(?:${minutes})?`, read),
  rule('coordinate', '\\d\\-−', `${signed}${degrees}${minutes}${side}?`, read),
  rule('coordinate', digit, `(?<![\\d.A-Za-z])${degrees}${side}`, read),
];

function read(found: Found) {
  const sign = found.get('g') === '' ? '' : '负';
  const minute = found.get('m') === '' ? '' : `${decimal(found.get('m'))}分`;
  const second = found.get('s') === '' ? '' : `${decimal(found.get('s'))}秒`;
  return found.whole(`${directions[found.get('p')] ?? ''}${sign}${decimal(found.get('d'))}度${minute}${second}`);
}
