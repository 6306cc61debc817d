/** Numerals to Chinese words. Everything here works on strings, so nothing is rounded. */

const digitWords = '零一二三四五六七八九';
const places = ['', '十', '百', '千'];
const sections = ['', '万', '亿', '万亿', '亿亿'];

/** Digit by digit; telephones say 幺 for one. */
export function spellDigits(digits: string, yao = false): string {
  let words = '';
  for (const digit of digits) words += yao && digit === '1' ? '幺' : digitWords.charAt(Number(digit));
  return words;
}

/** A whole number up to twenty digits, `1,280` or `1280`; what is longer is spelled. */
export function cardinal(written: string): string {
  const digits = written.replace(/[,\s]/g, '').replace(/^0+(?=\d)/, '');
  if (digits.length > 4 * sections.length) return spellDigits(digits);
  if (digits === '0') return '零';
  const count = Math.ceil(digits.length / 4);
  const padded = digits.padStart(count * 4, '0');
  let words = '';
  let gap = false;
  for (let index = 0; index < count; index += 1) {
    const section = padded.slice(index * 4, index * 4 + 4);
    if (section === '0000') {
      gap = words !== '';
      continue;
    }
    if (words !== '' && (gap || section.startsWith('0'))) words += '零';
    words += sectionWords(section) + sections[count - 1 - index]!;
    gap = false;
  }
  return words.replace(/^一十/, '十').replace(/^二(?=[百千万亿])/, '两');
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
