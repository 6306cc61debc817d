import { acousticFrames } from '../../src/importer/int8/sentences.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import type { Voice } from '../../src/voice/open.ts';
import type { TokenFields } from '../../src/voice/symbol-ids.ts';

/** None of them is among those that an import learns from or is measured on. */
const TEXTS = [
  '人工智能正在走进千家万户，今天我们一起来听一听，它的声音到底怎么样。',
  '下雨了，街上的行人都撑起了伞，只有孩子们还在水里跑来跑去。',
  '会议改到下周三下午两点半，地点不变，请大家提前十分钟到场。',
];

/** Frames of each, as a voice of PinYin speaks them, its emotions in turn. */
export function benchSentences(voice: Voice): Float32Array[] {
  const analyser = createAnalyser('PinYin');
  const { emotions, speakers } = voice.manifest;
  return TEXTS.map((text, turn) => {
    const emotion = `emotion_${emotions[turn % emotions.length]}`;
    const symbols = [...analyser.sentences(text)].flatMap(({ sentence }) => sentence.symbols);
    const tokens = symbols.map(
      ({ sy, tone, syllableFlag, wordSegment }): TokenFields => [
        sy,
        tone,
        syllableFlag,
        wordSegment,
        sy.startsWith('#') ? 'emotion_none' : emotion,
        speakers[0]!,
      ],
    );
    return acousticFrames(voice, tokens);
  });
}
