import type { Instant } from '../calendar/time.ts';
import type { Person } from '../policy/types.ts';
import { clockTable, mention, type StatusView } from './comments.ts';
import { authored, cut, inline, plainName, quoteBlock } from './escape.ts';
import { when } from './index.ts';
import type { Reason } from './reason.ts';
import { HELP_NAMES, type HelpName, type RefusalName, type Sentences } from './sentences.ts';
import { whyText } from './why.ts';

const NOTES_MAX = 2_000;
const STEP_MAX = 400;
/** GitHub takes 65,536 characters, the hidden line among them. */
const REPLY_UNITS_MAX = 50_000;

/** What became of one command, as its reply tells it. `done`: a reaction says it all. */
export type ReplyLine =
  | { readonly is: 'done' | 'sla' | 'why' | 'help' }
  /** `calls`: `to` is mentioned. */
  | { readonly is: 'handoff'; readonly from: string; readonly to: string; readonly calls: boolean; readonly notes: string }
  | { readonly is: 'stay'; readonly who: string; readonly owners: readonly Person[]; readonly until?: Instant }
  | { readonly is: 'runbook'; readonly name: string; readonly steps: readonly string[] }
  | { readonly is: 'refused'; readonly name: string; readonly why: RefusalName; readonly hint?: string };

export type HelpRow = { readonly name: string; readonly usage: string; readonly who: 'reporter' | 'responder' };

export type ReplyContext = {
  readonly words: Sentences;
  readonly zone: string;
  readonly commands: readonly HelpRow[];
  /** Asked for `/sla why` only. */
  readonly why: () => readonly Reason[];
};

/** The one reply to a comment's commands: reasons for refusals, and what was asked for. Empty when a reaction says it all. */
export function replyText(lines: readonly ReplyLine[], view: () => StatusView, context: ReplyContext): string {
  const parts: string[] = [];
  const asked = new Set<string>();
  for (const line of lines) {
    // The same table or list twice says no more than once.
    if (['sla', 'why', 'help'].includes(line.is) && asked.has(line.is)) continue;
    asked.add(line.is);
    const text = lineText(line, view, context);
    if (text !== '') parts.push(text);
  }
  const text = parts.filter((part, i) => parts.indexOf(part) === i).join('\n\n');
  return text.length > REPLY_UNITS_MAX ? `${text.slice(0, REPLY_UNITS_MAX).toWellFormed()}…` : text;
}

function lineText(line: ReplyLine, view: () => StatusView, { words, zone, commands, why }: ReplyContext): string {
  switch (line.is) {
    case 'done':
      return '';
    case 'sla':
      return slaText(view(), words);
    case 'why':
      return `${whyText(why(), words, zone)}\n\n<sub>${words.timesIn(zone)}</sub>`;
    case 'help':
      return helpText(commands, words);
    case 'handoff': {
      const to = line.calls ? mention({ kind: 'user', login: line.to }) : plainName(line.to);
      const notes = quoteBlock(line.notes, NOTES_MAX);
      return [`${to} ${words.handsOver(plainName(line.from))}`, ...(notes ? [notes] : [])].join('\n\n');
    }
    case 'stay': {
      const until = line.until === undefined ? undefined : when(words, zone, line.until);
      const said = [...line.owners.map(mention), words.stays(plainName(line.who), until)].join(' ');
      return until === undefined ? said : `${said}\n\n<sub>${words.timesIn(zone)}</sub>`;
    }
    case 'runbook':
      return runbookText(line.name, line.steps, words);
    case 'refused':
      return words.refused(line.name, line.why, line.hint && inline(line.hint, 500));
  }
}

function slaText(shown: StatusView, words: Sentences): string {
  return [
    `${inline(shown.emoji, 20)} **${words.markers[shown.marker]}**`,
    clockTable(shown, words),
    `<sub>${words.timesIn(shown.zone)}</sub>`,
  ].join('\n\n');
}

function runbookText(name: string, steps: readonly string[], words: Sentences): string {
  const items = steps.map((step) => `- [ ] ${authored(cut(step, STEP_MAX), '')}`);
  return [`**${inline(words.runbook(name), 200)}**`, items.join('\n'), `<sub>${words.runbookHow}</sub>`].join('\n\n');
}

function helpText(commands: readonly HelpRow[], words: Sentences): string {
  const known = (name: string): name is HelpName => (HELP_NAMES as readonly string[]).includes(name);
  const table = (title: string, who: HelpRow['who']) => {
    const rows = commands.flatMap(({ name, usage, who: mine }) =>
      mine === who && known(name) ? [`| \`${usage}\` | ${words.help[name]} |`] : [],
    );
    return [`**${title}**`, '', '| | |', '| --- | --- |', ...rows].join('\n');
  };
  return [words.helpIntro, table(words.helpReporter, 'reporter'), table(words.helpResponder, 'responder')].join('\n\n');
}
