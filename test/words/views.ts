import { at, type Duration, type DurationUnit } from '../../src/calendar/time.ts';
import type { Language, Policy, Problem } from '../../src/policy/types.ts';
import type { CheckView } from '../../src/words/check.ts';
import type { ClockView, NextStep, PageLine, PageView, StatusView } from '../../src/words/comments.ts';
import type { NoteView, RefusalName } from '../../src/words/sentences.ts';

/** What a desk of each language would call its things; read by a native speaker in `test/golden/words`. */
const NAMES: Readonly<Record<Language, { zone: string; calendar: string; priority: string; product: string; category: string }>> = {
  en: { zone: 'Europe/London', calendar: 'office', priority: 'High', product: 'Court', category: 'Login and registration' },
  pl: { zone: 'Europe/Warsaw', calendar: 'dyzur', priority: 'Wysoki', product: 'Bot handlowy', category: 'Licencja i odcisk sprzętowy' },
  ro: {
    zone: 'Europe/Bucharest',
    calendar: 'program',
    priority: 'Ridicat',
    product: 'Transport SaaS',
    category: 'Sincronizare și integrări',
  },
  ru: { zone: 'Europe/Moscow', calendar: 'work', priority: 'Важно', product: 'Платформа', category: 'Вход/Регистрация' },
};

export const REFUSALS: readonly (readonly [RefusalName, string])[] = [
  ['responders_only', 'take'],
  ['responders_only', 'sla'],
  ['reporter_only', 'confirm'],
  ['needs_priority', 'priority'],
  ['unknown_priority', 'priority'],
  ['not_fixed', 'still-broken'],
  ['already_resolved', 'take'],
  ['not_yet', 'hold'],
  ['in_code', 'fixed'],
];

export const NEXTS: readonly NextStep[] = [
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
  { is: 'withdrawn' },
];

export const NOTES: readonly Omit<NoteView, 'instead'>[] = (['priority', 'product', 'category'] as const).flatMap((about) => [
  { about, is: 'blank' as const },
  { about, is: 'unknown' as const },
]);

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
    instead: { priority: `P2 – ${names.priority}`, product: '–', category: '–' },
    zone: names.zone,
    reconstructed: true,
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

const line = (clock: PageLine['clock'], moment: PageLine['moment']): PageLine => ({
  clock,
  due: at('2026-01-05T13:00:00Z'),
  since: at('2026-01-05T09:00:00Z'),
  moment,
});

const LATE_LINES: readonly PageLine[] = [
  { ...line('first_response', { kind: 'soon', percent: 75 }), lateSince: at('2026-01-05T12:00:00Z') },
  { ...line('first_response', { kind: 'breach' }), lateSince: at('2026-01-05T13:00:00Z') },
];

/** The pages of the golden files, by what they are about. */
export function pagesIn(language: Language): Readonly<Record<string, PageView>> {
  const base = { zone: NAMES[language].zone, people: [{ kind: 'user' as const, login: 'cem' }], standIn: false };
  const clocks = ['first_response', 'next_response', 'update', 'workaround', 'resolution'] as const;
  const team = { kind: 'team' as const, org: 'acme', slug: 'ops' };
  return {
    '75 %': { ...base, lines: [line('first_response', { kind: 'soon', percent: 75 })] },
    breach: { ...base, lines: clocks.map((clock) => line(clock, { kind: 'breach' })) },
    'breach + 4h': { ...base, lines: [line('resolution', { kind: 'after', later: lasting(4, 'h') })] },
    'breach + 1w 21m': { ...base, lines: [line('workaround', { kind: 'after', later: [...lasting(1, 'w'), ...lasting(21, 'm')] })] },
    'late, to a stand-in': { ...base, people: [...base.people, team], lines: LATE_LINES, standIn: true },
  };
}

/** As much of a policy as the check run reads. */
export function goodCheck(language: Language): CheckView {
  const { priority } = NAMES[language];
  const priorities = [
    { id: 'P1', name: priority, targets: { first_response: lasting(1, 'h'), resolution: lasting(24, 'h') } },
    { id: 'P2', name: priority, targets: { first_response: lasting(4, 'h') } },
  ];
  const policy = { language, extends: 'standard@1', priorities, escalation: [], products: [], categories: [] } as unknown as Policy;
  return { good: true, policy, notInForce: ['reports', 'on_call'] };
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
