import { readTable } from '../data.ts';
import { type Rule, rule } from './rule.ts';

const names = new Map(readTable('symbols.tsv') as [string, string][]);

export const symbol: readonly Rule[] = [
  rule('superscript', '(?<=[\\dA-Za-zα-ω)])(?<s>[²³])', (found) => found.whole(found.text === '²' ? '平方' : '立方')),
  rule('compare', String.raw`(?<=[\dA-Za-z)]\s?)[<>]|[<>](?=\s?-?\d)`, (found) => found.whole(names.get(found.text)!)),
  rule(
    'symbol',
    String.raw`[%‰&@=±¥￥$\u00a2-\u00be\u00d7\u00f7α-ωΑ-Ω\u20ac\u2100-\u21ff\u2200-\u22ff\u2460-\u24ff\u2776-\u277f\u3220-\u3229\u3380-\u33df]`,
    (found) => {
      const name = names.get(found.text);
      return name === undefined ? undefined : found.whole(name);
    },
  ),
];
