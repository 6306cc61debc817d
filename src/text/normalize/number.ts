/** Numerals to Chinese words. Everything here works on strings, so nothing is rounded. */

const digitWords = '零一二三四五六七八九';
const places = ['', '十', '百', '千'];
/** Digits of the longest number that is said as one. */
const longest = 24;

/** Digit by digit; telephones say 幺 for one. */
export function spellDigits(digits: string, yao = false): string {
  let words = '';
  for (const digit of digits) words += yao && digit === '1' ? '幺' : digitWords.charAt(Number(digit));
  return words;
}

/** A whole number up to twenty-four digits, `1,280` or `1280`; what is longer is spelled. */
export function cardinal(written: string): string {
  const digits = written.replace(/[,\s]/g, '').replace(/^0+(?=\d)/, '');
  if (digits.length > longest) return spellDigits(digits);
  if (digits === '0') return '零';
  return grouped(digits)
    .replace(/^一十/, '十')
    .replace(/^二(?=[百千万亿])/, '两');
}

/** By 亿 and by 万: what is above 亿 is a number of its own, so that 10¹⁵ is 一千万亿. */
function grouped(digits: string): string {
  if (digits.length > 8) return joined(grouped(digits.slice(0, -8)), '亿', digits.slice(-8));
  if (digits.length > 4) return joined(sectionWords(digits.slice(0, -4).padStart(4, '0')), '万', digits.slice(-4));
  return sectionWords(digits.padStart(4, '0'));
}

/** `low` after a number of a higher unit: 零 says that places between are empty. */
function joined(high: string, unit: string, low: string): string {
  const rest = low.replace(/^0+/, '');
  return `${high}${unit}${rest === '' ? '' : `${rest.length < low.length ? '零' : ''}${grouped(rest)}`}`;
}

function sectionWords(section: string): string {
  let words = '';
  let gap = false;
  for (let index = 0; index < 4; index += 1) {
    const digit = section.charAt(index);
    if (digit === '0') {
      gap = words !== '';
      continue;
    }
    if (gap) words += '零';
    words += digitWords.charAt(Number(digit)) + places[3 - index]!;
    gap = false;
  }
  return words;
}

/** A place in a row: 2 is 二, 200 is 二百. */
export function ordinal(written: string): string {
  return cardinal(written).replace(/^两/, '二');
}

/** A decimal, `1,280.50`: the fraction digit by digit. */
export function decimal(written: string): string {
  const point = written.indexOf('.');
  if (point < 0) return cardinal(written);
  const whole = written.slice(0, point);
  return `${whole === '' ? '零' : cardinal(whole)}点${spellDigits(written.slice(point + 1))}`;
}

/** A decimal as amounts are said: 36.00 is thirty-six, 14.60 is fourteen point six. */
export function amount(written: string): string {
  return decimal(written.includes('.') ? written.replace(/\.?0+$/, '') : written);
}

/** A decimal as shares are said: 0.70 is nought point seven, but 5.0 keeps its nought. */
export function share(written: string): string {
  return decimal(/\.\d*[1-9]0+$/.test(written) ? written.replace(/0+$/, '') : written);
}

/** A decimal as a count of things: 2 is 两. */
export function counted(written: string): string {
  return written === '2' ? '两' : decimal(written);
}

/** A number times a power of ten, without its idle noughts: `3.2`, 6 is `3200000`. */
export function shifted(written: string, power: number): string {
  const [whole = '', fraction = ''] = written.replace(/,/g, '').split('.');
  const digits = `${whole}${fraction.padEnd(power, '0')}`;
  const at = whole.length + power;
  const rest = digits.slice(at).replace(/0+$/, '');
  return `${digits.slice(0, at).replace(/^0+(?=\d)/, '')}${rest === '' ? '' : `.${rest}`}`;
}
