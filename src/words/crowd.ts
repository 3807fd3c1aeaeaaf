import type { Language } from '../policy/types.ts';
import { wordsOf } from './index.ts';

/** The issue that lists tickets which one change made due at once. `numbers` are those shown of `total`. */
export function crowdText(numbers: readonly number[], total: number, language: Language): { title: string; body: string } {
  const words = wordsOf(language);
  const more = total > numbers.length ? `\n\n${words.andMore(total - numbers.length)}` : '';
  const list = numbers.map((number) => `- #${number}`).join('\n');
  return { title: words.crowdTitle(total), body: `${words.crowdIntro(total)}\n\n${list}${more}\n\n${words.crowdGo}` };
}
