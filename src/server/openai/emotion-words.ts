/** Words of `instructions` and the emotion they name, by the categories that Sambert voices are trained with. */
export const emotionWords: Readonly<Record<string, readonly string[]>> = {
  neutral: ['neutral', 'neutrally', 'matter-of-fact', '中性', '中立', '不带感情'],
  happy: [
    ...['happy', 'happily', 'cheerful', 'cheerfully', 'joyful', 'joyfully', 'joyous', 'glad', 'delighted', 'upbeat'],
    ...['高兴', '开心', '快乐', '愉快', '欢快', '喜悦', '欢乐', '欣喜'],
  ],
  sad: [
    ...['sad', 'sadly', 'sorrowful', 'mournful', 'melancholy', 'gloomy', 'unhappy', 'grieving'],
    ...['悲伤', '伤心', '难过', '悲痛', '哀伤', '忧伤', '悲哀'],
  ],
  angry: ['angry', 'angrily', 'furious', 'enraged', 'irate', '生气', '愤怒', '气愤', '恼火', '恼怒', '发怒'],
  fear: [
    ...['fearful', 'fearfully', 'afraid', 'scared', 'frightened', 'terrified'],
    ...['害怕', '恐惧', '惊恐', '恐慌', '畏惧'],
  ],
  surprise: ['surprised', 'astonished', 'amazed', '惊讶', '惊奇', '吃惊', '诧异', '惊喜'],
  disgust: ['disgusted', 'disgustedly', 'repulsed', '厌恶', '反感', '嫌弃', '恶心'],
  gentle: ['gentle', 'gently', 'tender', 'tenderly', 'soothing', '温柔', '轻柔', '柔和', '温和'],
  serious: ['serious', 'seriously', 'solemn', 'solemnly', 'stern', '严肃', '庄重', '郑重', '庄严'],
  calm: ['calm', 'calmly', 'composed', '平静', '冷静', '镇定', '沉着'],
  excited: ['excited', 'excitedly', 'thrilled', 'enthusiastic', '兴奋', '激动', '热情'],
  relax: ['relaxed', '放松', '轻松'],
  lyrical: ['lyrical', 'poetic', '抒情'],
  satisfied: ['satisfied', 'contented', '满意', '满足'],
  disappointed: ['disappointed', '失望'],
  disgruntled: ['disgruntled', 'annoyed', '不满'],
  anxiety: ['anxious', 'anxiously', 'nervous', 'worried', '焦虑', '紧张', '担心'],
  jealousy: ['jealous', 'envious', '嫉妒', '羡慕'],
  hate: ['hateful', '憎恨', '仇恨'],
  pity: ['pitying', 'compassionate', '怜悯', '同情'],
};

/** How much of the emotion, by the words in front of it. */
export const intensityWords: readonly { readonly intensity: number; readonly words: readonly string[] }[] = [
  {
    intensity: 0.5,
    words: ['slightly', 'somewhat', 'mildly', 'a little', 'a bit', '稍微', '略微', '略带', '有点', '有些', '一点'],
  },
  {
    intensity: 1.5,
    words: ['very', 'extremely', 'really', 'strongly', 'intensely', '非常', '十分', '特别', '极其', '极度', '很'],
  },
];

/** What cannot be had by `instructions`: fields of their own, other voices, other ways of speaking. */
export const otherWishes: readonly string[] = [
  ...['slow', 'slowly', 'slower', 'fast', 'faster', 'quick', 'quickly', 'rapid', 'rapidly', 'pace', 'loud', 'loudly'],
  ...['quiet', 'quietly', 'louder', 'whisper', 'whispering', 'shout', 'shouting', 'sing', 'singing', 'pitch', 'accent'],
  ...[
    'dialect',
    'pirate',
    'robot',
    'child',
    'childlike',
    'old',
    'male',
    'female',
    'pause',
    'pauses',
    'laugh',
    'laughing',
  ],
  ...['慢', '快速', '快点', '更快', '语速', '大声', '小声', '耳语', '低语', '喊', '唱', '音调', '口音', '方言', '粤语'],
  ...['男声', '女声', '童声', '机器人', '老人', '停顿', '笑着'],
];

/** In front of a word they turn it round. */
export const negations: readonly string[] = [
  ...['not', "n't", 'never', 'no', 'without', 'avoid', 'less', 'neither', 'nor'],
  ...['不', '别', '勿', '没', '避免', '少'],
];
