import type { ErrorLanguage } from '../../errors.ts';

/**
 * The language to answer in: whichever of Chinese and English an `Accept-Language` header ranks higher, Chinese when it
 * says nothing of either (or the `otherwise` of the dialect).
 */
export function preferredLanguage(header: string | undefined, otherwise: ErrorLanguage = 'zh'): ErrorLanguage {
  const rank = { zh: 0, en: 0 };
  for (const entry of (header ?? '').toLowerCase().split(',')) {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim());
    const language = range.split('-')[0];
    if (language !== 'zh' && language !== 'en') continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const quality = weight === undefined ? 1 : Number(weight);
    // Ranges of equal weight count in the order they are written, so a later one must be better, not as good.
    if (quality > Math.max(rank.zh, rank.en)) rank[language] = quality;
  }
  if (rank.en === rank.zh) return otherwise;
  return rank.en > rank.zh ? 'en' : 'zh';
}
