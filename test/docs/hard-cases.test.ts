import { describe, expect, test } from 'vitest';
import { NOT_IN_FORCE } from '../../src/policy/in-force.ts';
import { all, type Node, sourceOf } from '../rules/sources.ts';
import { hasTest } from './named.ts';

/** What desks and bots got wrong: each row of that list, in its order, with the tests of it; first what the core shows by itself. */
const CORE = 'test/desk/hard-cases.test.ts';
type Pointer = readonly [file: string, name: string];
type Row = {
  readonly row: string;
  /** The name of its test among those of the core. */
  readonly core?: string;
  readonly tests?: readonly Pointer[];
  /** A part of the policy that is read and not kept yet: its test comes with it. */
  readonly notInForce?: string;
};

const LOST: readonly Pointer[] = [
  ['test/invariants/random.test.ts', 'webhooks that fail and are listed as failed'],
  ['test/invariants/random.test.ts', 'webhooks that vanish without a trace'],
  [
    'test/watch/deliveries.test.ts',
    'a process that dies in the middle leaves a few in the dark: they are sent again once nobody can be at them',
  ],
  ['test/watch/drift.test.ts', 'an issue and a command of which no webhook tells are drift, once each'],
  ['test/chaos/limits.test.ts', 'of the webhooks that GitHub sends, at least 30 % never arrive, some of them without a trace'],
];
const LATE: readonly Pointer[] = [
  ['test/watch/weekend.test.ts', 'down for a weekend, at GitHub’s own pace, …: right two minutes after it starts, each step once and late'],
  ['test/watch/kill.test.ts', 'a process that is killed with -9 again and again loses nothing, and posts once what came due meanwhile'],
  ['test/invariants/alarms.test.ts', 'not answered: one comment at 10:30 with both steps, that says when it was due'],
  ['test/scenarios/downtime.yml', '75 % and the breach, both missed, share one comment'],
];
const DST: readonly Pointer[] = [
  ['test/calendar/zone.test.ts', '00:00–06:00 is five hours long on the spring day'],
  ['test/calendar/zone.test.ts', 'no seam at a skipped midnight'],
  ['test/calendar/zone.test.ts', 'a day keeps the wall clock over DST, and a wall clock in the gap is taken later'],
  ['test/calendar/host-zones.test.ts', 'the zone of the host does not matter'],
];

const CASES: readonly Row[] = [
  {
    row: 'Priority raised after hours of work',
    core: 'Priority raised after hours of work: same start, same pauses, a grace, and nobody is paged twice',
  },
  { row: 'Priority lowered', core: 'Priority lowered: what was late stays late, by the target of then' },
  { row: 'Waiting on customer', core: 'Waiting on customer: a pause of the resolution, not of the first response' },
  {
    row: 'Customer answered but status still "waiting" (gaming)',
    core: 'Customer answered but status still "waiting": his comment ends it, always',
  },
  { row: '"Thanks!" after fix', core: '"Thanks!" after fix opens no clock, on 🟡 or 🟢' },
  { row: 'Reopen', core: 'Reopen: a second cycle with its own target; the time closed counts in neither' },
  { row: 'Late FR then reply', core: 'Late first response, then reply: it stays missed, and by how much is known' },
  { row: 'Resolve stops other clocks', core: 'Resolve stops the other clocks, all at once' },
  {
    row: 'Hold time maths',
    core: 'Hold time maths: whatever the pauses, the open time outside them up to the due instant is the target',
    tests: [
      [
        'test/calendar/properties.test.ts',
        'with pauses, the open time from start to due that is not paused is the target; the order of pauses does not matter',
      ],
    ],
  },
  {
    row: 'Holidays',
    core: 'Holidays are plain dates of the calendar: closed, half a day, by an explicit list',
    tests: [
      ['test/calendar/holidays.test.ts', 'a listed date beats the country, and keeps the name'],
      ['test/words/why.test.ts', 'names the holidays on the way, in a pause, too'],
    ],
  },
  {
    row: '24/7 calendars',
    core: '24/7 calendars: 24:00 loses no minute, and what is never open or overlaps is refused',
    tests: [['test/calendar/problems.test.ts', 'no hours at all']],
  },
  { row: 'DST', core: 'DST: a target in days keeps the clock on the wall over both nights', tests: DST },
  { row: 'Days at site tz', core: 'Days at site tz: nothing is late just after it was opened, at any hour' },
  {
    row: 'Reminders off-hours',
    core: 'Reminders off-hours: on office hours no step and no repeat falls into a night or a weekend; a P1 knows no night',
  },
  { row: 'Escalation step before deadline across days', core: 'Escalation step before deadline across days: by the same walk' },
  { row: 'Nobody on call', core: 'Nobody on call: the next level at once, and if there is none the default owners' },
  { row: 'EP edited during incident', core: 'Escalation edited during an incident: the new step calls from then on, never for the past' },
  {
    row: 'SLA config edited',
    core: 'SLA config edited: open tickets keep what they were promised, unless the policy says open',
    tests: [
      ['test/scenarios/policy-file.yml', 'changed targets do not reach tickets that are open (`effective: new`)'],
      ['test/scenarios/policy-file.yml', 'with `effective: open` they do, as a re-prioritisation at that instant'],
    ],
  },
  { row: 'Bot comment as FR', core: 'Bot comment as first response, and every other comment that is none' },
  { row: 'Status change counts as FR', core: 'Status change counts as first response: never' },
  { row: 'Label as state', core: 'Label as state: of two contradictory ones one stands after a look, and a renamed one is followed' },
  { row: 'Edited slash command', core: 'Edited slash command: only what the edit adds, from its instant; what was done stays done' },
  {
    row: 'Command in code/quote',
    core: 'Command in code or a quote: not carried out, and said so once',
    tests: [['test/desk/comment.test.ts', 'in the lazy last line of a quote, which GitHub shows in the quote']],
  },
  {
    row: 'Form edited / blank issue',
    core: 'Form edited, or a blank issue: read by the ids of the form, else the default and a note, never silence',
  },
  { row: 'Missed webhooks', tests: LOST },
  { row: 'Scheduler late', core: 'Scheduler late: what was missed shares one comment that says when it was due', tests: LATE },
];

const COMPLAINTS: readonly Row[] = [
  { row: '1 Clock runs while waiting for customer', core: '1 clock runs while waiting for the customer' },
  {
    row: '2 Nights, weekends, holidays counted',
    core: '2 nights, weekends and holidays are not counted',
    tests: [['test/calendar/properties.test.ts', 'due and elapsed agree: what was added lies between, and not a second earlier']],
  },
  { row: '3 Pauses lost/double counted on recalculation', core: '3 pauses are neither lost nor counted twice when it is reckoned again' },
  { row: '4 Priority/SLA change breaches at once', core: '4 a change of priority is never late at once' },
  { row: '5 Agent answered yet SLA escalates; wrong clock wins', core: '5 answered, and it does not escalate: the clocks are independent' },
  { row: '6 Clock continues after resolve / on "thanks"', core: '6 no clock goes on after resolve or "thanks"' },
  { row: '7 Bot, author or bystander comment counted (or human one ignored)', core: '7 who answers: a table' },
  { row: '8 DST and UTC windows shift', core: '8 a window does not shift by an hour in summer', tests: DST },
  { row: '9 Wrong time zone / day shown', core: '9 the zone is named where a time is shown' },
  { row: '10 Single window a day, no lunch/half days', core: '10 a lunch break' },
  { row: '11 Calendar edge cases hang or lose minutes', core: '11 a calendar that is open once in years is given up loudly, in the check' },
  { row: '12 Config changes not applied, or applied silently to all', core: '12 config: pinned, or open by decision' },
  {
    row: '13 Bad config ignored silently',
    tests: [
      [
        'test/invariants/policy.test.ts',
        'an invalid policy gets a red check run with an annotation on each line, and the last good one stays in force, after a rebuild too',
      ],
      ['test/invariants/policy.test.ts', 'a policy that was never good does nothing but its red check run'],
      ['test/hostile/policies.test.ts', 'gets one red check run, quickly, and the last good policy stays in force'],
    ],
  },
  {
    row: '14 Team mention notifies nobody',
    tests: [
      ['test/watch/names.test.ts', 'its members are named in one comment more, once, and every look after that leaves it so'],
      ['test/watch/names.test.ts', 'is noted on the check run, as a step that reached nobody'],
      ['test/github/mentions.test.ts', 'plain text called nobody'],
    ],
  },
  { row: '15 Escalation missed after restart, cron down or empty level', core: '15 an empty level does not wait', tests: LATE },
  { row: '16 Lost webhook = permanent drift', tests: LOST },
  {
    row: '17 Noise: repeated or off-hours pings, bot spam',
    core: '17 noise: one status comment, one page, one key for each clock, cycle and step, and none by night',
    tests: [['test/invariants/steps.test.ts', 'of two comments with one key the later is deleted']],
  },
  {
    row: '18 Commands fire from quotes/code, or fail without a word',
    core: '18 commands fire from no quote, and do not fail without a word',
  },
  {
    row: '19 Unanswered issues closed; reporter cannot reopen',
    core: '19 what nobody answered is not closed by time, and the reporter can open again what somebody else closed',
  },
  {
    row: '20 Form parse fails silently; conflicting/renamed labels; half-processed batches',
    core: '20 an alias of a priority is that priority, in a form and on a label',
    tests: [
      ['test/scenarios/forms.yml', 'unknown answers get the default and a note each, and are never repeated'],
      ['test/desk/labels.test.ts', 'what a label meant stays so when the policy renames it'],
      [
        'test/watch/backlog.test.ts',
        '2,000 issues are open when the App arrives: they are labelled quietly and slowly, and a P1 that comes in is served in seconds',
      ],
    ],
  },
];

const ASKED: readonly Row[] = [
  { row: '% SLA met per team/person with CSV', notInForce: 'reports' },
  { row: 'escalation to a manager', core: 'and asked often: escalation to a manager, by hand' },
  {
    row: 'logs that say which rule applied',
    tests: [['test/scenarios/why.yml', 'a weekend, a holiday and a pause: whoever doubts the date can do the sum']],
  },
  { row: 'maintenance windows that respect start/end', notInForce: 'maintenance' },
];

const pointersOf = ({ core, tests = [] }: Row): Pointer[] => [...(core === undefined ? [] : [[CORE, core] as const]), ...tests];

describe.each([
  ['the cases', CASES, 26],
  ['twenty complaints', COMPLAINTS, 20],
  ['also asked often', ASKED, 4],
] as const)('%s', (_, rows, count) => {
  test(`are ${count}, each once`, () => expect([rows.length, new Set(rows.map(({ row }) => row)).size]).toEqual([count, count]));

  for (const one of rows)
    test(`${one.row}: ${one.notInForce ? 'not in force, and told so' : 'its tests are there'}`, () => {
      const pointers = pointersOf(one);
      if (one.notInForce !== undefined) {
        // The day that it is, this row asks for its test.
        expect([pointers, NOT_IN_FORCE.map(({ at }) => at)]).toEqual([[], expect.arrayContaining([one.notInForce])]);
        return;
      }
      expect(pointers.length).toBeGreaterThan(0);
      expect(pointers.filter(([file, name]) => !hasTest(file, name))).toEqual([]);
    });
});

test('every test of the core stands for a row', () => {
  const named = new Set([...CASES, ...COMPLAINTS, ...ASKED].map(({ core }) => core));
  const tests = [...all(sourceOf(CORE).ast)].flatMap((node) => {
    const [first] = node.type === 'CallExpression' ? (node.arguments as (Node & { value?: unknown })[]) : [];
    return (node.callee as { name?: string } | undefined)?.name === 'test' ? [String(first?.value)] : [];
  });
  expect(tests.length).toBeGreaterThan(40);
  expect(tests.filter((name) => !named.has(name))).toEqual([]);
});

test('can fail: a name that no test has, and a file that is gone', () => {
  expect(hasTest(CORE, '1 clock runs while waiting for the customer')).toBe(true);
  expect(hasTest(CORE, '1 clock stands still while waiting for the customer')).toBe(false);
  expect(hasTest('test/desk/gone.test.ts', '10 a lunch break')).toBe(false);
  expect(hasTest('test/scenarios/downtime.yml', 'nobody wrote this story')).toBe(false);
});
