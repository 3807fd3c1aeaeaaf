import type { Instant } from '../calendar/time.ts';
import type { Person } from '../policy/types.ts';
import { fieldsText, mention } from './comments.ts';
import { when } from './index.ts';
import type { Sentences } from './sentences.ts';

/** What one person is told once: about a form's fields, a confirmation that is awaited, a hand-off. */
export type NoticeView =
  | { readonly is: 'required'; readonly fields: readonly string[] }
  | { readonly is: 'confirm'; readonly until: Instant }
  /** `lateSince`: when it should have been said, if that is more than a minute ago. */
  | { readonly is: 'handoff'; readonly next?: string; readonly lateSince?: Instant };

/** What stands in code is copied as it is: nothing in it may be escaped, so nothing in it may need to be. */
const LOGIN = /^[a-z\d][a-z\d_-]{0,99}$/i;

export function noticeText(to: Person, says: NoticeView, zone: string, words: Sentences): string {
  switch (says.is) {
    case 'required':
      return [mention(to), words.askRequired(fieldsText(says.fields))].join('\n\n');
    case 'confirm':
      return [mention(to), `- ${words.confirmSoon(when(words, zone, says.until))}`, `<sub>${words.timesIn(zone)}</sub>`].join('\n\n');
    case 'handoff': {
      const next = says.next !== undefined && LOGIN.test(says.next) ? says.next : undefined;
      const late =
        says.lateSince === undefined ? [] : [`<sub>${words.pageLate(when(words, zone, says.lateSince))} ${words.timesIn(zone)}</sub>`];
      return [mention(to), words.askHandOff(next), ...late].join('\n\n');
    }
  }
}
