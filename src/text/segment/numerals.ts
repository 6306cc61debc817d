const digits = '零幺一二三四五六七八九';
const numerals = `${digits}十百千两万亿`;
const chunk = new RegExp(
  `零下|[百千万]分之|[${digits}]{2,4}年|[${numerals}]{1,3}[月日号时分秒]|[${numerals}]{1,3}点(?=[${numerals}]{1,3}分|$)|[${numerals}点]+|[^${numerals}]+`,
  'gu',
);

/**
 * What a rule has read, as speakers group it: years, hours, decades of thousands, telephone numbers by three and four.
 */
export function chunkNumber(spoken: string): { readonly text: string; readonly numeral: boolean }[] {
  const chunks: { text: string; numeral: boolean }[] = [];
  for (const [text] of spoken.matchAll(chunk)) {
    const numeral = text !== '零下' && numerals.includes(text.charAt(0)) && !text.endsWith('分之');
    if (numeral && text.length > 4) for (const piece of pieces(text)) chunks.push({ text: piece, numeral });
    else chunks.push({ text, numeral });
  }
  return chunks;
}

function pieces(text: string): string[] {
  if (![...text].some((char) => '十百千万亿点'.includes(char))) return byFour(text);
  if (/点.*点/u.test(text)) return text.split(/(?<=点)/u);
  const point = text.indexOf('点');
  const whole = point < 0 ? text : text.slice(0, point);
  const sections = whole
    .split(/(?<=[亿万])/u)
    .flatMap((section) => (section.length > 5 ? section.split(/(?<=[千百])/u) : [section]));
  if (point < 0) return sections;
  const fraction = text.slice(point);
  const last = sections.pop() ?? '';
  return last.length + fraction.length <= 5
    ? [...sections, last + fraction]
    : [...sections, last, ...(fraction.length > 5 ? byFour(fraction) : [fraction])].filter((piece) => piece !== '');
}

function byFour(text: string): string[] {
  const result: string[] = [];
  const first = text.length === 11 ? 3 : text.length % 4 === 1 && text.length > 4 ? 3 : text.length % 4 || 4;
  let at = 0;
  for (let size = first; at < text.length; size = text.length - at === 6 ? 3 : text.length - at === 2 ? 2 : 4) {
    result.push(text.slice(at, at + size));
    at += size;
  }
  return result;
}
