import { at, type Duration, type DurationUnit } from '../../src/calendar/time.ts';
import { COMMAND_NAMES, usage } from '../../src/desk/comment-names.ts';
import type { Language, Person, Policy, Problem } from '../../src/policy/types.ts';
import type { CheckView } from '../../src/words/check.ts';
import type { ClockView, NextStep, PageLine, PageView, StatusView } from '../../src/words/comments.ts';
import { wordsOf } from '../../src/words/index.ts';
import type { NoticeView } from '../../src/words/notices.ts';
import type { HelpRow, ReplyContext, ReplyLine } from '../../src/words/replies.ts';
import type { NoteView, RefusalName } from '../../src/words/sentences.ts';

/** What a desk of each language would call its things; read by a native speaker in `test/golden/words`. */
type Names = { zone: string; calendar: string; priority: string; product: string; category: string; plan: string };
const NAMES: Readonly<Record<Language, Names>> = {
  en: {
    zone: 'Europe/London',
    calendar: 'office',
    priority: 'High',
    product: 'Court',
    category: 'Login and registration',
    plan: 'Premium',
  },
  pl: {
    zone: 'Europe/Warsaw',
    calendar: 'dyzur',
    priority: 'Wysoki',
    product: 'Bot handlowy',
    category: 'Licencja i odcisk sprzętowy',
    plan: 'Standard',
  },
  ro: {
    zone: 'Europe/Bucharest',
    calendar: 'program',
    priority: 'Ridicat',
    product: 'Transport SaaS',
    category: 'Sincronizare și integrări',
    plan: 'Firme mici',
  },
  ru: {
    zone: 'Europe/Moscow',
    calendar: 'work',
    priority: 'Важно',
    product: 'Платформа',
    category: 'Вход/Регистрация',
    plan: 'Бизнес',
  },
};

/** What people write beside our sentences: a reason, the fields of a form, notes at a hand-off, a runbook, words on security. */
type Written = { reason: string; fields: readonly string[]; notes: string; runbook: string; steps: readonly string[]; security: string };
export const WRITTEN: Readonly<Record<Language, Written>> = {
  en: {
    reason: 'the log of the last run',
    fields: ['Version', 'Steps to reproduce'],
    notes: 'The log has come.\nThe customer is away until Friday.',
    runbook: 'Nobody can log in',
    steps: ['Look at the [status page](https://status.example.org)', 'Restart the login service'],
    security: 'Write to security@example.org instead.',
  },
  pl: {
    reason: 'dziennik z ostatniego uruchomienia',
    fields: ['Wersja', 'Jak odtworzyć problem'],
    notes: 'Dziennik już jest.\nKlient wraca w piątek.',
    runbook: 'Nikt nie może się zalogować',
    steps: ['Sprawdzić [stan usług](https://status.example.org)', 'Uruchomić ponownie usługę logowania'],
    security: 'Prosimy napisać na adres security@example.org.',
  },
  ro: {
    reason: 'jurnalul ultimei rulări',
    fields: ['Versiune', 'Pași de reproducere'],
    notes: 'Jurnalul a sosit.\nClientul revine vineri.',
    runbook: 'Nimeni nu se poate autentifica',
    steps: ['Verificați [starea serviciilor](https://status.example.org)', 'Reporniți serviciul de autentificare'],
    security: 'Scrieți la security@example.org.',
  },
  ru: {
    reason: 'журнал последнего запуска',
    fields: ['Версия', 'Как воспроизвести'],
    notes: 'Журнал уже есть.\nКлиент вернётся в пятницу.',
    runbook: 'Никто не может войти',
    steps: ['Посмотреть [состояние сервисов](https://status.example.org)', 'Перезапустить сервис входа'],
    security: 'Напишите на security@example.org.',
  },
};

export const REFUSALS: readonly (readonly [RefusalName, string])[] = [
  ['responders_only', 'take'],
  ['responders_only', 'sla'],
  ['reporter_only', 'confirm'],
  ['needs_one', 'priority'],
  ['unknown_one', 'category'],
  ['needs_text', 'workaround'],
  ['needs_reason', 'hold'],
  ['needs_notes', 'handoff'],
  ['needs_person', 'assign'],
  ['unknown_person', 'handoff'],
  ['needs_issue', 'duplicate'],
  ['needs_number', 'done'],
  ['needs_rating', 'rate'],
  ['no_runbook', 'runbook'],
  ['not_paused', 'resume'],
  ['not_closed', 'reopen'],
  ['not_fixed_yet', 'rate'],
  ['not_fixed', 'still-broken'],
  ['already_resolved', 'take'],
  ['not_yet', 'incident'],
  ['in_code', 'fixed'],
];

export const nextsIn = (language: Language): readonly NextStep[] => [
  ...NEXTS,
  { is: 'waiting', reason: WRITTEN[language].reason },
  { is: 'waiting' },
  { is: 'hold', reason: WRITTEN[language].reason },
  { is: 'hold' },
  { is: 'lacking', fields: WRITTEN[language].fields },
];

const NEXTS: readonly NextStep[] = [
  { is: 'answer', due: at('2026-05-09T09:00:00Z'), calls: true },
  { is: 'answer', due: at('2026-05-09T09:00:00Z') },
  { is: 'answer', late: true, calls: true },
  { is: 'answer' },
  { is: 'pick_up' },
  { is: 'work', who: 'alice', due: at('2026-01-06T15:00:00Z') },
  { is: 'work' },
  { is: 'confirm', until: at('2026-01-12T09:30:00Z') },
  { is: 'confirm' },
  { is: 'confirm_stopped' },
  { is: 'done' },
  { is: 'done_silence' },
  { is: 'done_without_fix' },
  { is: 'done_duplicate', of: 12 },
  { is: 'done_duplicate' },
  { is: 'withdrawn' },
];

export const NOTES: readonly Omit<NoteView, 'instead'>[] = [
  ...(['priority', 'product', 'category'] as const).flatMap((about) => [
    { about, is: 'blank' as const },
    { about, is: 'unknown' as const },
  ]),
  { about: 'plan', is: 'unknown' },
];

const lasting = (n: number, unit: DurationUnit): Duration => [{ n, unit }];

/** Every state of a clock once. */
export const clocksIn = (calendar: string): readonly ClockView[] => [
  { name: 'first_response', target: lasting(4, 'h'), calendar, due: at('2026-01-05T13:00:00Z'), state: 'running' },
  { name: 'next_response', target: lasting(20, 'm'), due: at('2026-01-05T13:00:00Z'), state: 'breached' },
  { name: 'update', target: lasting(1, 'h'), state: 'paused' },
  {
    name: 'workaround',
    target: [...lasting(1, 'd'), ...lasting(4, 'h')],
    calendar,
    due: at('2026-01-06T13:00:00Z'),
    state: 'met',
    at: at('2026-01-06T12:59:59Z'),
  },
  {
    name: 'resolution',
    target: lasting(2, 'w'),
    calendar,
    due: at('2026-01-19T09:00:00Z'),
    state: 'fixed',
    at: at('2026-01-12T09:00:00Z'),
  },
  {
    name: 'first_response',
    target: lasting(21, 'm'),
    due: at('2026-01-05T09:21:00Z'),
    state: 'met_late',
    at: at('2026-01-05T09:22:01Z'),
    lateBy: 61,
  },
  { name: 'workaround', target: lasting(5, 'd'), state: 'unanswered' },
  { name: 'resolution', state: 'dropped' },
];

/** What only some tickets have. */
export const extrasIn = (language: Language) => ({
  plan: NAMES[language].plan,
  handedOver: { at: at('2026-01-05T17:00:00Z'), comment: 123, from: 'alice', to: 'bob' },
  rating: 4,
});

export function statusIn(language: Language, changes: Partial<StatusView> = {}): StatusView {
  const names = NAMES[language];
  return {
    marker: 'received',
    emoji: '🔴',
    priority: { id: 'P2', name: names.priority },
    product: names.product,
    category: names.category,
    owners: [
      { kind: 'user', login: 'alice' },
      { kind: 'team', org: 'acme', slug: 'ops' },
    ],
    clocks: clocksIn(names.calendar),
    next: NEXTS[0]!,
    notes: NOTES,
    instead: { priority: `P2 – ${names.priority}`, product: '–', category: '–', plan: '–' },
    zone: names.zone,
    reconstructed: true,
    why: [],
    ...changes,
  };
}

const MARKED = {
  received: { marker: 'received', emoji: '🔴' },
  progress: { marker: 'progress', emoji: '⭕️' },
  confirming: { marker: 'confirming', emoji: '🟡' },
  resolved: { marker: 'resolved', emoji: '🟢' },
} as const;

/** The marker under which a sentence about what happens next is shown. */
export function markedFor(next: NextStep): (typeof MARKED)[keyof typeof MARKED] {
  if (next.is === 'work') return MARKED.progress;
  if (next.is.startsWith('confirm')) return MARKED.confirming;
  return next.is.startsWith('done') ? MARKED.resolved : MARKED.received;
}

type ClockLine = Extract<PageLine, { due: unknown }>;

const line = (clock: ClockLine['clock'], moment: ClockLine['moment']): ClockLine => ({
  clock,
  due: at('2026-01-05T13:00:00Z'),
  since: at('2026-01-05T09:00:00Z'),
  moment,
});

const STAGNANT: PageLine = { since: at('2026-01-03T09:00:00Z'), moment: { kind: 'stagnant' } };

const LATE_LINES: readonly PageLine[] = [
  { ...line('first_response', { kind: 'soon', percent: 75 }), lateSince: at('2026-01-05T12:00:00Z') },
  { ...line('first_response', { kind: 'breach' }), lateSince: at('2026-01-05T13:00:00Z') },
];

/** The pages of the golden files, by what they are about. */
export function pagesIn(language: Language): Readonly<Record<string, PageView>> {
  const base = { zone: NAMES[language].zone, people: [{ kind: 'user' as const, login: 'cem' }], asked: [], standIn: false };
  const clocks = ['first_response', 'next_response', 'update', 'workaround', 'resolution'] as const;
  const team = { kind: 'team' as const, org: 'acme', slug: 'ops' };
  return {
    '75 %': { ...base, lines: [line('first_response', { kind: 'soon', percent: 75 })] },
    breach: { ...base, lines: clocks.map((clock) => line(clock, { kind: 'breach' })) },
    'breach + 4h': { ...base, lines: [line('resolution', { kind: 'after', later: lasting(4, 'h') })] },
    'breach + 1w 21m': { ...base, lines: [line('workaround', { kind: 'after', later: [...lasting(1, 'w'), ...lasting(21, 'm')] })] },
    'late, to a stand-in': { ...base, people: [...base.people, team], lines: LATE_LINES, standIn: true },
    stagnant: { ...base, lines: [STAGNANT] },
    reminders: {
      ...base,
      lines: [
        { ...line('resolution', { kind: 'breach' }), repeat: { n: 2, of: 3 } },
        { ...STAGNANT, repeat: { n: 1, of: 21 } },
      ],
    },
    'asked for': {
      ...base,
      asked: [{ who: 'mark', reason: WRITTEN[language].notes }, { who: 'ann' }],
      lines: [line('resolution', { kind: 'early' }), line('first_response', { kind: 'breach' })],
    },
    'asked for, nothing due': { ...base, asked: [{ who: 'mark' }], lines: [] },
  };
}

const CEM: Person = { kind: 'user', login: 'cem' };

/** What one person is told, by what it is about. */
export const noticesIn = (language: Language): Readonly<Record<string, NoticeView>> => ({
  required: { is: 'required', fields: WRITTEN[language].fields },
  confirm: { is: 'confirm', until: at('2026-01-12T09:30:00Z') },
  'hand-off': { is: 'handoff', next: 'bob' },
  'hand-off to nobody yet': { is: 'handoff' },
});

/** What was asked for, by what it is about. */
export const repliesIn = (language: Language): Readonly<Record<string, ReplyLine>> => ({
  help: { is: 'help' },
  sla: { is: 'sla' },
  handoff: { is: 'handoff', from: 'mark', to: 'cem', calls: true, notes: WRITTEN[language].notes },
  'stay until': { is: 'stay', who: 'mark', owners: [CEM], until: at('2026-01-12T09:30:00Z') },
  stay: { is: 'stay', who: 'mark', owners: [CEM] },
  runbook: { is: 'runbook', name: WRITTEN[language].runbook, steps: WRITTEN[language].steps },
  'needs_one: plan, of none': { is: 'refused', name: 'plan', why: 'needs_one', hint: '' },
  'unknown_one: plan, of none': { is: 'refused', name: 'plan', why: 'unknown_one', hint: '' },
});

/** Every command that the reporter or a responder may give, as `/help` lists them. */
const COMMANDS: readonly HelpRow[] = COMMAND_NAMES.flatMap((row) =>
  row.who === 'reporter' || row.who === 'responder' ? [{ name: row.name, usage: usage(row).replaceAll('@', ''), who: row.who }] : [],
);

export const contextIn = (language: Language): ReplyContext => ({
  words: wordsOf(language),
  zone: NAMES[language].zone,
  commands: COMMANDS,
  why: () => [],
});

/** As much of a policy as the check run reads. */
export function goodCheck(language: Language): CheckView {
  const { priority } = NAMES[language];
  const priorities = [
    { id: 'P1', name: priority, targets: { first_response: lasting(1, 'h'), resolution: lasting(24, 'h') } },
    { id: 'P2', name: priority, targets: { first_response: lasting(4, 'h') } },
  ];
  const policy = { language, extends: 'standard@1', priorities, escalation: [], products: [], categories: [] } as unknown as Policy;
  return { good: true, policy, notInForce: ['maintenance', 'reports'] };
}

const PROBLEM: Problem = {
  file: 'own',
  line: 3,
  column: 5,
  endLine: 3,
  endColumn: 9,
  path: 'priorities.0',
  message: 'unknown key "tagrets"',
};
export const BAD_CHECKS: readonly CheckView[] = [
  { good: false, problems: [PROBLEM], lastGood: undefined },
  { good: false, problems: [PROBLEM, { ...PROBLEM, file: 'owner' }], lastGood: { since: at('2026-01-05T09:00:00Z'), language: 'en' } },
];
