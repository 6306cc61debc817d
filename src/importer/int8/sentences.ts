import { decodeTogether, openLane } from '../../acoustic/decode.ts';
import { encode } from '../../acoustic/encode.ts';
import { Postnet } from '../../acoustic/postnet.ts';
import { regulate } from '../../acoustic/regulate.ts';
import { createAnalyser, readableLanguages } from '../../text/analyse.ts';
import type { Voice } from '../../voice/open.ts';
import { encodeSymbols, type TokenFields } from '../../voice/symbol-ids.ts';

/** What ranges are taken from: numbers, questions, every initial and final, high and low, soft and sharp. */
const LEARNT = [
  '今天天气怎么样？我们去公园走走吧，听说桃花都开了。',
  '请于2026年3月15日上午九点到银行办理，咨询电话四零零八二零。',
  '人工智能正在改变我们的生活方式，语音合成让机器也能开口说话。',
  '哎呀，你怎么才来？大家等了你快一个小时了！',
  '山里的夜很静，只有风吹过竹林的沙沙声，和远处一两声狗叫。',
  '女儿穿着绿色的裙子，略略一笑，说：学生们都去旅行了。',
];
/** What the distance is measured on: other sentences than the ranges know. */
const MEASURED = [
  '各位旅客请注意，开往西安的列车就要进站了，请站在白线以内。',
  '他把窗户推开，阳光一下子照了进来，屋子里暖和多了。',
  '快看，那边有一只松鼠，抱着松果，蹦蹦跳跳地上了树！',
];
/** Tokens of a line for a voice whose text we cannot read. */
const LINE_TOKENS = 24;

/** Frames `[n, mels]` of one sentence. */
export type Spoken = Float32Array;

/** Sentences of ours as the voice itself speaks them, its emotions and speakers in turn. */
export function speakSentences(voice: Voice): { readonly learnt: Spoken[]; readonly measured: Spoken[] } {
  const speakAll = (texts: readonly string[], from: number) =>
    texts.map((text, index) => acousticFrames(voice, sentenceTokens(voice, text, from + index)));
  return { learnt: speakAll(LEARNT, 0), measured: speakAll(MEASURED, LEARNT.length) };
}

/** A line through the acoustic model as trained. */
export function acousticFrames(voice: Voice, line: readonly TokenFields[]): Spoken {
  const { acoustic, manifest } = voice;
  const length = line.length;
  const encoded = encode(acoustic, {
    ids: encodeSymbols(manifest, line),
    length,
    intensity: new Float32Array(length).fill(1),
    pitch: { scale: 1, offset: 0 },
  });
  const regulated = regulate(encoded, acoustic.spec, 1);
  const [decoded] = decodeTogether(acoustic, [openLane(acoustic, regulated)], regulated.steps);
  return new Postnet(acoustic).push(decoded!.slice(0, regulated.frames * acoustic.spec.mels), true);
}

/** A text in the voice's symbols, its emotions and speakers in turn; of one whose text we cannot read, a line of its own. */
export function sentenceTokens(voice: Voice, text: string, turn: number): TokenFields[] {
  const { emotions, speakers, language } = voice.manifest;
  const emotion = `emotion_${emotions[turn % emotions.length]}`;
  const speaker = speakers[turn % speakers.length]!;
  const readable = readableLanguages.find((known) => known === language);
  if (readable === undefined) return symbolLine(voice, emotion, speaker, turn);
  const symbols = [...createAnalyser(readable).sentences(text)].flatMap(({ sentence }) => sentence.symbols);
  return symbols.map((symbol) => [
    symbol.sy,
    symbol.tone,
    symbol.syllableFlag,
    symbol.wordSegment,
    symbol.sy.startsWith('#') ? 'emotion_none' : emotion,
    speaker,
  ]);
}

/** Names of each table in an order that meets many of them. */
function symbolLine(voice: Voice, emotion: string, speaker: string, turn: number): TokenFields[] {
  const { fields, tables } = voice.manifest.symbols;
  return Array.from({ length: LINE_TOKENS }, (_, position) =>
    fields.map((field) => {
      if (field === 'emo_category') return emotion;
      if (field === 'speaker_category') return speaker;
      const names = tables[field]!.filter((name) => name !== '_' && name !== '~' && name !== '@[MASK]');
      return names[((turn * LINE_TOKENS + position) * 7) % names.length]!;
    }),
  );
}
