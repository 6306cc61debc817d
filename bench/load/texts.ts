/**
 * Parts that any order makes a sentence of: enough combinations that no two requests of a run are the same by chance.
 */
const who = ['小王', '老师', '邻居', '工程师', '我们', '客户', '医生', '司机', '奶奶', '同学们', '编辑', '厨师'];
const when = ['今天早上', '昨天晚上', '上个星期', '中午', '下雨的时候', '放假以后', '刚才', '去年春天'];
const where = ['在公园里', '在办公室', '在火车站', '在图书馆', '在厨房', '在河边', '在学校门口', '在超市'];
const what = [
  '读完了一本有意思的书',
  '遇见了多年不见的朋友',
  '收到一封很长的信',
  '讨论新产品的计划',
  '听见有人在唱歌',
  '买了三斤新鲜的苹果',
  '看见一只白色的小猫',
  '等了半个小时的车',
  '学会了做一道菜',
  '把丢失的钥匙找了回来',
];
const then = ['心里非常高兴', '觉得有点累', '马上告诉了大家', '一直笑个不停', '决定明天再去一次', '慢慢走回家去'];

/** Draws like a die, the same in every run: Park and Miller's generator. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = 1 + (seed % 2147483646);
  }

  /** An integer from 0 to `sides` − 1. */
  roll(sides: number): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state % sides;
  }
}

/** A text of 8 to 120 characters, one to four sentences; `number` makes it unlike any other. */
export function mixedText(dice: Dice, number: number): string {
  const wanted = 8 + dice.roll(113);
  const pick = (list: readonly string[]) => list[dice.roll(list.length)]!;
  let text = '';
  while (text.length < wanted) {
    const clauses = [
      `${pick(when)}${pick(who)}${text === '' ? number : ''}号`,
      `${pick(where)}${pick(what)}`,
      pick(then),
    ];
    const room = wanted - text.length;
    text +=
      room < 14
        ? `${pick(who)}${text === '' ? number : ''}号来了。`
        : `${clauses.slice(0, room < 30 ? 2 : 3).join('，')}。`;
  }
  return text;
}

/** What a telephone service says over and over. */
export const phrases: readonly string[] = Array.from(
  { length: 20 },
  (_, index) => `您好，请按${index + 1}号键，谢谢。`,
);

/** A short text like no other. */
export function shortText(dice: Dice, number: number): string {
  return `${who[dice.roll(who.length)]!}${number}号${then[dice.roll(then.length)]!}。`;
}
