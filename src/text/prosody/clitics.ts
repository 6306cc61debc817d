import type { SpokenWord } from '../pronounce/pronounce.ts';

const particles = /^(?:[的地得了着过们吧呢吗啊呀嘛啦哦喽咯哇么呗]|似的|的话)$/u;
const localizers = /^[上下里中内外前后时间旁]$/u;
const complements = /^[到成完好住出起见进开掉满给在为]$/u;
const classifiers =
  /^(?:[个位名人次年天岁种家场届套台辆艘部座间所颗棵朵头匹双对副把支根片块粒滴杯瓶碗盘袋包箱盒层份批群篇首幅封句段章节门项类户口国省市倍元米吨斤克度分秒点月日号楼级期条件张本只架][多余]?|公里|千米|厘米|毫米|千克|公斤|小时|分钟|美元|左右)$/u;
const determiner = /^(?:[这那哪每几各某本该第两]|这[些]?|那[些]?)$/u;
/** Words of one character that stand alone although short: they take no part in forming a name. */
const function_ = /^(?:[a-z]*[uyceo]|d|p|r|f|k|q|m|mq|uj|ul|uz|ug|uv|ud|zg)$/;
const light =
  /^[是有在去来说要会能让把被给从向对和与或但而则即使将使叫做为于以因由至到等及其之所即也都还就只才又再很最太更不没无未可应该须想请我你他她它您这那]$/u;

/** Whether `word` is said together with the prosodic word before it. */
export function attaches(
  group: readonly SpokenWord[],
  { word, syllables }: SpokenWord,
  next: SpokenWord | undefined,
): boolean {
  const last = group.at(-1)!.word;
  if (last.kind === 'latin' || word.kind === 'latin') return false;
  const length = group.reduce((sum, each) => sum + each.syllables.length, 0);
  const text = word.text;
  if (particles.test(text)) return true;
  if (text === '之') return next === undefined || next.syllables.length > 1;
  if (last.text === '之' && group.length === 1) return syllables.length === 1;
  if (last.pos === 'm' || determiner.test(last.text)) return classifiers.test(text) && length < 6;
  if (text === '个') return syllables[0]!.reading === 'ge5' && length === 1;
  if (localizers.test(text)) return /^[nrsvt]/.test(last.pos) && last.tokens.length > 1 && length < 4;
  if (complements.test(text))
    return last.pos.startsWith('v') && last.tokens.length === 1 && length === 1 && !light.test(last.text);
  if (syllables.length === 1 && length === 1) return pairs(group, word.text, word.pos);
  return isName(group, word.text, word.pos, length);
}

/** 很好, 不去, 都是: an adverb of one syllable and a word of one. */
function pairs(group: readonly SpokenWord[], text: string, pos: string): boolean {
  const last = group[0]!.word;
  if (/^[不没很最太更都也还就只才又再]$/u.test(last.text)) return !/^[在把被从向对]$/u.test(text);
  return isName(group, text, pos, 1);
}

/** Content characters in a row that no word holds are most often a name: 爱芯元智, 张三. */
function isName(group: readonly SpokenWord[], text: string, pos: string, length: number): boolean {
  if (length > 3 || text.length !== 1 || !isContent(text, pos)) return false;
  return group.every(({ word }) => word.text.length === 1 && isContent(word.text, word.pos));
}

function isContent(text: string, pos: string): boolean {
  return !light.test(text) && !particles.test(text) && (!function_.test(pos) || pos === 'zg' || pos === 'q');
}
