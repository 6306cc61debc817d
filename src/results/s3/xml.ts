/**
 * What S3 answers is flat: elements of text, some in a block that repeats. That is all that is read here, so no parser
 * is loaded for it. Names come without a namespace prefix from every server known.
 */

/** Text of the first element of this name. */
export function text(xml: string, name: string): string | undefined {
  const [, escaped] = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml) ?? [];
  return escaped === undefined ? undefined : plainOf(escaped);
}

/** What is between the tags of every element of this name, in order. */
export function blocks(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}>`, 'gs'))].map(([, inner]) => inner!);
}

/** Text as it stands in an element. */
export function asElementText(plain: string): string {
  return plain.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function plainOf(escaped: string): string {
  return escaped.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}
