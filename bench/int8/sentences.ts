import { acousticFrames, sentenceTokens } from '../../src/importer/int8/sentences.ts';
import type { Voice } from '../../src/voice/open.ts';

/** None of them is among those that an import learns from or is measured on. */
const TEXTS = [
  '人工智能正在走进千家万户，今天我们一起来听一听，它的声音到底怎么样。',
  '下雨了，街上的行人都撑起了伞，只有孩子们还在水里跑来跑去。',
  '会议改到下周三下午两点半，地点不变，请大家提前十分钟到场。',
];

/** Frames of each, as the voice speaks them. */
export function benchSentences(voice: Voice): Float32Array[] {
  return TEXTS.map((text, index) => acousticFrames(voice, sentenceTokens(voice, text, index)));
}
