import type { Language } from '../strings.ts';

/** Emotion categories of the voice format; one that is not here is shown by its own name. */
const emotions: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  neutral: ['中性', 'Neutral'],
  happy: ['高兴', 'Happy'],
  sad: ['悲伤', 'Sad'],
  angry: ['生气', 'Angry'],
  fear: ['害怕', 'Fear'],
  surprise: ['惊讶', 'Surprise'],
  disgust: ['厌恶', 'Disgust'],
  gentle: ['温柔', 'Gentle'],
  serious: ['严肃', 'Serious'],
  calm: ['平静', 'Calm'],
  relax: ['放松', 'Relaxed'],
  lyrical: ['抒情', 'Lyrical'],
  disgruntled: ['不满', 'Disgruntled'],
  satisfied: ['满意', 'Satisfied'],
  disappointed: ['失望', 'Disappointed'],
  excited: ['激动', 'Excited'],
  anxiety: ['焦虑', 'Anxious'],
  jealousy: ['嫉妒', 'Jealous'],
  hate: ['憎恨', 'Hateful'],
  pity: ['怜悯', 'Pitying'],
  pleasure: ['愉悦', 'Pleased'],
};

export function emotionName(emotion: string, language: Language): string {
  return emotions[emotion]?.[language === 'zh' ? 0 : 1] ?? emotion;
}
