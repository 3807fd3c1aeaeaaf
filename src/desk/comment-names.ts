/** Who may say a command, and where: `anywhere` is any issue of the repository, `console` the console issue. */
export type CommandWho = 'reporter' | 'responder' | 'responder anywhere' | 'console';

/** `word` is an id or keyword; `text` runs to the end of the line and, if that is empty, over the lines below; `when` is a date or time. */
export type CommandArgKind = 'word' | 'person' | 'issue' | 'number' | 'when' | 'text';

/** `as` is how `/help` and the docs show it, without brackets. */
export type CommandArg = { readonly as: string; readonly kind: CommandArgKind; readonly optional?: true };

/** One form of a command. A name may have several rows: others may say it, or with other arguments. */
export type CommandRow = {
  readonly name: string;
  readonly who: CommandWho;
  readonly args: readonly CommandArg[];
  /** Only on an incident's issue. */
  readonly on?: 'incident' | 'crowd';
  /** Its text is an answer to the reporter (`policy.md`, An answer). */
  readonly answers?: true;
};

const need = (as: string, kind: CommandArgKind): CommandArg => ({ as, kind });
const may = (as: string, kind: CommandArgKind): CommandArg => ({ as, kind, optional: true });

/** Every command there is, in the order of `policy.md`: the parser, the permission check, `/help` and the docs read this table. */
export const COMMAND_NAMES = [
  { name: 'confirm', who: 'reporter', args: [] },
  { name: 'still-broken', who: 'reporter', args: [may('what', 'text')] },
  { name: 'reopen', who: 'reporter', args: [] },
  { name: 'rate', who: 'reporter', args: [need('1–5', 'number'), may('words', 'text')] },
  { name: 'sla', who: 'reporter', args: [] },
  { name: 'help', who: 'reporter', args: [] },

  { name: 'sla', who: 'responder', args: [may('why', 'word')] },
  { name: 'help', who: 'responder', args: [] },
  { name: 'still-broken', who: 'responder', args: [] },
  { name: 'reopen', who: 'responder', args: [] },
  { name: 'ack', who: 'responder', args: [] },
  { name: 'take', who: 'responder', args: [] },
  { name: 'assign', who: 'responder', args: [need('@who', 'person')] },
  { name: 'handoff', who: 'responder', args: [need('@who', 'person'), need('notes', 'text')] },
  { name: 'stay', who: 'responder', args: [may('until', 'when')] },
  { name: 'priority', who: 'responder', args: [need('ID', 'word')] },
  { name: 'product', who: 'responder', args: [need('ID', 'word')] },
  { name: 'category', who: 'responder', args: [need('ID', 'word')] },
  { name: 'plan', who: 'responder', args: [need('ID', 'word')] },
  { name: 'wait', who: 'responder', args: [may('for what', 'text')], answers: true },
  { name: 'hold', who: 'responder', args: [need('reason', 'text')] },
  { name: 'resume', who: 'responder', args: [] },
  { name: 'workaround', who: 'responder', args: [need('text', 'text')], answers: true },
  { name: 'fixed', who: 'responder', args: [may('text', 'text')], answers: true },
  { name: 'close', who: 'responder', args: [may('reason', 'text')], answers: true },
  { name: 'duplicate', who: 'responder', args: [need('#N', 'issue')] },
  { name: 'escalate', who: 'responder', args: [may('reason', 'text')] },
  { name: 'runbook', who: 'responder', args: [may('id', 'word')] },
  { name: 'done', who: 'responder', args: [need('N', 'number')] },

  { name: 'incident', who: 'responder anywhere', args: [need('title', 'text')] },
  { name: 'severity', who: 'responder anywhere', args: [need('S', 'word')], on: 'incident' },
  { name: 'update', who: 'responder anywhere', args: [need('text', 'text')], on: 'incident' },
  { name: 'affected', who: 'responder anywhere', args: [need('#N', 'issue')], on: 'incident' },
  { name: 'resolve', who: 'responder anywhere', args: [need('text', 'text')], on: 'incident' },
  { name: 'go', who: 'responder anywhere', args: [], on: 'crowd' },

  { name: 'tickets', who: 'console', args: [] },
  { name: 'my', who: 'console', args: [] },
  { name: 'view', who: 'console', args: [need('N', 'number')] },
  { name: 'reply', who: 'console', args: [need('N', 'number'), need('text', 'text')] },
  { name: 'stats', who: 'console', args: [] },
  { name: 'sla', who: 'console', args: [] },
  { name: 'status', who: 'console', args: [] },
  { name: 'oncall', who: 'console', args: [may('weeks', 'number')] },
  { name: 'maintenance', who: 'console', args: [may('…', 'text')] },
] as const satisfies readonly CommandRow[];

export type CommandName = (typeof COMMAND_NAMES)[number]['name'];

const ROWS: readonly CommandRow[] = COMMAND_NAMES;
const KNOWN = new Set<string>(ROWS.map((row) => row.name));

/**
 * Which commands take the lines below when nothing follows on their own line: those that need an argument, or whose first
 * argument is free text. The others (`/ack`, `/sla`, …) leave them alone: there they are the comment's own words.
 */
const TAKES_LINES = new Set(ROWS.filter(({ args: [first] }) => first && (!first.optional || first.kind === 'text')).map((row) => row.name));
const ANSWERS = new Set(ROWS.filter((row) => row.answers).map((row) => row.name));

export const isCommandName = (name: string): name is CommandName => KNOWN.has(name);
export const takesLines = (name: CommandName): boolean => TAKES_LINES.has(name);
export const textAnswers = (name: CommandName): boolean => ANSWERS.has(name);

/** A known name behind a slash, anywhere: without a match a body holds no command at all, not even a hidden one. */
export const ANY_COMMAND = new RegExp(`/(?:${[...KNOWN].join('|')})(?![\\w-])`, 'gi');

/** `/handoff @who notes`, `/close [reason]`: as the reference shows it. */
export const usage = (row: CommandRow): string =>
  [`/${row.name}`, ...row.args.map((arg) => (arg.optional ? `[${arg.as}]` : arg.as))].join(' ');
