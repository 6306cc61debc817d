import { en } from './strings/en.ts';
import { zh } from './strings/zh.ts';

export type Strings = typeof zh;

/** Every word on the page, in both languages. */
export const strings: Readonly<Record<'zh' | 'en', Strings>> = { zh, en };

export type Language = keyof typeof strings;
