import type { Language } from '../strings.ts';

/** What decided a reading, as the server names it (docs/text.md), for people. */
const reasons: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  inline: ['文中标注', 'written in the text'],
  lexicon: ['我的词典', 'lexicon'],
  entry: ['专门收录', 'own entry'],
  surname: ['姓氏', 'surname'],
  context: ['上下文规则', 'rule of context'],
  model: ['多音字模型', 'learned model'],
  dictionary: ['词典', 'dictionary'],
  character: ['单字读音', 'character alone'],
  neutral: ['轻声规则', 'light tone'],
  erhua: ['儿化规则', 'erhua'],
  english: ['字母或英文', 'letters'],
};

/** `dictionary:银行` as `词典 · 银行`. */
export function reasonOf(by: string, language: Language): string {
  const [kind = '', word] = by.split(':', 2);
  const name = reasons[kind]?.[language === 'zh' ? 0 : 1] ?? kind;
  return word === undefined ? name : `${name} · ${word}`;
}
