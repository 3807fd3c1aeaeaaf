import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pushByPauses } from '../../src/calendar/pauses.ts';
import type { Instant } from '../../src/calendar/time.ts';
import { plan } from '../../src/desk/plan.ts';
import { readForm, renderAnswers } from '../../src/policy/forms.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { presetText } from '../../src/presets.ts';
import '../support/seed.ts';
import { local, OFFICE, policiesFrom, type Story, shown } from '../support/ledger.ts';
import { clockAt, cyclesAt, opens, stepsAt, told, Watch } from '../support/told.ts';

/**
 * What desks and bots got wrong, and ours does otherwise: as far as the core can show it by itself. `test/docs/hard-cases.test.ts` holds the
 * list of all cases, with the test of each; those that need the whole desk, or belong to another room, are tested there.
 */
const POLICY = `${OFFICE.split('products:')[0]!.replace('workaround: 1d, resolution: 3d', 'next_response: 4h, workaround: 1d, resolution: 3d')}
products: [{ id: court, name: Court }]
categories: []
default_owners: ["@dan"]
roles: { nobody: [] }
escalation:
  - { clock: first_response, at: 75%, mention: [nobody] }
  - { clock: first_response, at: breach, mention: ["@mark"], label: escalated, repeat: { every: 4h, times: 2 } }
  - { clock: resolution, at: breach, mention: ["@mark"] }
`;
/** With hours of its own: those of `office` are merged with the preset's. */
const OWN = POLICY.replaceAll('office', 'mine');
const policies = policiesFrom(POLICY);
/** Response due Mon 14:00, workaround Tue 10:00, resolution Thu 10:00. */
const p2 = () => opens('mon 10:00', 'P2');
const resolution = (story: Story, readAt: string, using = policies) => clockAt(story, 'resolution', readAt, using);
const response = (story: Story, readAt: string, using = policies) => clockAt(story, 'first_response', readAt, using);
const labels = (story: Story, readAt = 'mon 13:00') => new Watch(story, policies).look(readAt).want.labels.map((one) => one.name);

describe('the cases', () => {
  test('Priority raised after hours of work: same start, same pauses, a grace, and nobody is paged twice', () => {
    const story = opens('mon 10:00', 'P3')
      .says('mon 11:00', 'mark', 'Hello\n/hold x')
      .says('mon 15:00', 'mark', '/resume')
      .says('tue 17:00', 'mark', '/priority P1');
    // 24 h from Mon 10:00 and 4 h of hold: Tue 14:00, past. An hour from Tue 17:00.
    expect(resolution(story, 'tue 17:00')).toBe('running due tue 18:00');
    const late = new Watch(p2(), policies);
    expect(late.page('mon 14:00')?.steps).toContain('first_response/opened/breach');
    late.story.says('mon 15:00', 'mark', '/priority P1');
    expect(late.page('mon 15:01')).toBeUndefined();
  });

  test('Priority lowered: what was late stays late, by the target of then', () => {
    const story = opens('mon 10:00', 'P1').says('mon 12:00', 'mark', '/priority P4');
    expect(response(story, 'mon 13:00')).toBe('running due mon 11:00 breached mon 11:00');
    expect(response(story.says('mon 14:00', 'mark', 'Hello'), 'mon 15:00')).toBe('met mon 14:00 breached mon 11:00');
  });

  test('Waiting on customer: a pause of the resolution, not of the first response', () => {
    const story = p2().says('mon 11:00', 'mark', '/wait');
    expect([resolution(story, 'mon 13:00'), response(story, 'mon 13:00')]).toEqual(['paused left 26h', 'running due mon 14:00']);
  });

  test('Customer answered but status still "waiting": his comment ends it, always', () => {
    const story = p2()
      .says('mon 11:00', 'mark', '/wait')
      .says('mon 12:00', 'rita', 'ok')
      .labelled('mon 12:01', 'bot', 'waiting for reporter');
    expect(resolution(story, 'mon 13:00')).toBe('running due thu 11:00');
    expect(labels(story)).not.toContain('waiting for reporter');
  });

  test('"Thanks!" after fix opens no clock, on 🟡 or 🟢', () => {
    const fixed = p2().says('mon 11:00', 'mark', 'Hello\n/fixed').says('mon 12:00', 'rita', 'Thanks!');
    const done = p2().says('mon 11:00', 'mark', 'Hello').closed('mon 11:30', 'mark').says('mon 12:00', 'rita', 'Thanks!');
    for (const story of [fixed, done]) expect(cyclesAt(story, 'next_response', 'mon 13:00', policies)).toEqual([]);
  });

  test('Reopen: a second cycle with its own target; the time closed counts in neither', () => {
    const story = p2().closed('mon 12:00', 'mark').reopened('fri 12:00', 'rita');
    expect(cyclesAt(story, 'resolution', 'fri 13:00', policies)).toEqual([
      'opened from mon 10:00: met mon 12:00',
      'e102 from fri 12:00: running due wed+1 12:00',
    ]);
    // Of four hours two were left.
    expect(response(story, 'fri 13:00')).toBe('running due fri 14:00');
    expect(new Watch(story, policies).page('fri 12:00')).toBeUndefined();
  });

  test('Late first response, then reply: it stays missed, and by how much is known', () => {
    const story = p2().says('mon 16:00', 'mark', 'Hello');
    expect(response(story, 'tue 10:00')).toBe('met mon 16:00 breached mon 14:00');
    expect(new Watch(story, policies).look('tue 10:00').want.status?.body).toMatch(/late by 2 hours/);
  });

  test('Resolve stops the other clocks, all at once', () => {
    const story = p2().closed('mon 12:00', 'mark');
    expect(told(story, 'fri 12:00', policies).clocks.map((one) => one.state.is)).toEqual(['cancelled', 'cancelled', 'met']);
    expect(stepsAt(story, 'fri 12:00', policies)).toEqual([]);
  });

  test('Hold time maths: whatever the pauses, the open time outside them up to the due instant is the target', () => {
    const calendar = policies.now.calendar('office');
    const start = local('mon 10:00');
    const unpaused = calendar.dueAfter(start, [{ n: 20, unit: 'h' }]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(600_000), fc.nat(200_000)), { maxLength: 6 }), (spans) => {
        const pauses = spans.map(([from, lasts]) => ({ from: (start + from) as Instant, to: (start + from + lasts) as Instant }));
        const { due } = pushByPauses(calendar, start, unpaused, pauses);
        // Second by second would be slow: by the edges of all pauses.
        const edges = [...new Set([start, due!, ...pauses.flatMap(({ from, to }) => [from, to])])]
          .filter((one) => one >= start && one <= due!)
          .sort((a, b) => a - b);
        const counted = edges.slice(1).reduce((sum, to, i) => {
          const from = edges[i]!;
          return pauses.some((one) => one.from <= from && to <= one.to) ? sum : sum + calendar.openBetween(from, to);
        }, 0);
        expect(counted).toBe(20 * 3600);
      }),
      { numRuns: 200 },
    );
  });

  test('Holidays are plain dates of the calendar: closed, half a day, by an explicit list', () => {
    const with2 = policiesFrom(
      POLICY.replace('["09:00-18:00"] } }', '["09:00-18:00"] }, holidays: { add: { 2026-01-06: closed, 2026-01-07: ["09:00-13:00"] } } }'),
    );
    // 4 h from Mon 16:00: two on Monday, none on Tuesday, two on Wednesday.
    expect(response(opens('mon 16:00', 'P2'), 'mon 17:00', with2)).toBe('running due wed 11:00');
    // 3 d from Mon 16:00: Wed (short), Thu, Fri.
    expect(resolution(opens('mon 16:00', 'P2'), 'mon 17:00', with2)).toBe('running due fri 16:00');
  });

  test('24/7 calendars: 24:00 loses no minute, and what is never open or overlaps is refused', () => {
    const days = POLICY.replace('{ mon-fri: ["09:00-18:00"] }', '{ mon-sun: ["00:00-24:00"] }');
    expect(response(opens('sat 23:59:59', 'P2'), 'sun 00:00', policiesFrom(days))).toBe('running due sun 03:59:59');
    for (const hours of ['{}', '{ mon: ["09:00-13:00", "12:00-18:00"] }', '{ mon: ["09:00-00:00"] }'])
      expect(readPolicy(OWN.replace('{ mon-fri: ["09:00-18:00"] }', hours), presetText), hours).toHaveProperty('problems');
  });

  test('DST: a target in days keeps the clock on the wall over both nights', () => {
    // Fri 27 March 2026, 10:00 in Bucharest is 08:00 UTC; on Mon 30 March it is 07:00 UTC. In October the other way about.
    for (const [from, to] of [
      ['2026-03-27T08:00:00Z', '2026-04-01T07:00:00Z'],
      ['2026-10-23T07:00:00Z', '2026-10-28T08:00:00Z'],
    ] as const)
      expect(told(opens(from, 'P2'), from, policies).clocks.find((one) => one.name === 'resolution')!.dueAt).toBe(Date.parse(to) / 1000);
  });

  test('Days at site tz: nothing is late just after it was opened, at any hour', () => {
    for (let hour = 0; hour < 48; hour++) {
      const from = new Date(Date.UTC(2026, 0, 9, hour)).toISOString().replace('.000', '');
      for (const one of told(opens(from, 'P2'), from, policies).clocks) expect([one.name, one.breachedAt]).toEqual([one.name, undefined]);
    }
  });

  test('Reminders off-hours: on office hours no step and no repeat falls into a night or a weekend; a P1 knows no night', () => {
    for (const one of stepsAt(opens('fri 15:00', 'P2'), 'fri 15:00', policies))
      expect(one).toMatch(/ (mon|tue|wed|thu|fri)(\+\d)? (09:\d\d|1[0-7]:\d\d|18:00)$/);
    expect(stepsAt(opens('sat 23:00', 'P1'), 'sat 23:00', policies)[0]).toBe('first_response/opened/75% sat 23:45');
  });

  test('Escalation step before deadline across days: by the same walk', () => {
    // 3 of 4 h from Fri 17:00: one on Friday, two on Monday. Nothing at the creation, nothing at midnight.
    expect(stepsAt(opens('fri 17:00', 'P2'), 'fri 17:00', policies).slice(0, 2)).toEqual([
      'first_response/opened/75% mon+1 11:00',
      'first_response/opened/breach mon+1 12:00',
    ]);
  });

  test('Nobody on call: the next level at once, and if there is none the default owners', () => {
    expect(new Watch(p2(), policies).page('mon 13:00')).toEqual({ steps: ['first_response/opened/75%'], people: ['mark'] });
    const empty = policiesFrom(
      POLICY.replaceAll('"@mark"', 'on_call').replace(
        'escalation:',
        'on_call: [{ id: a, rotation: weekly, handoff: "mon 10:00", starts: 2027-01-04, people: ["@mark"] }]\nescalation:',
      ),
    );
    expect(new Watch(p2(), empty).page('mon 13:00')?.people).toEqual(['dan']);
  });

  test('Escalation edited during an incident: the new step calls from then on, never for the past', () => {
    const watch = new Watch(p2(), policies);
    watch.look('mon 13:00');
    const edited = policiesFrom(POLICY.replace('at: 75%, mention: [nobody]', 'at: 50%, mention: ["@sara"]'), { ref: 'new' });
    watch.policies = { ...edited, stepSince: (step) => local(step.key === '50%' ? 'mon 13:30' : 'mon 10:00') };
    expect(watch.page('mon 13:30')).toBeUndefined();
    expect(watch.page('mon 14:00')?.steps).toEqual(['first_response/opened/breach']);
  });

  test('SLA config edited: open tickets keep what they were promised, unless the policy says open', () => {
    const shorter = POLICY.replace('workaround: 1d, resolution: 3d', 'workaround: 1d, resolution: 1d');
    const under = (text: string) => {
      const story = p2();
      new Watch(story, policies).look('mon 10:01');
      return resolution(story, 'mon 13:00', policiesFrom(text, { ref: 'new', since: '2026-01-05T10:00:00Z', older: [['now', POLICY]] }));
    };
    expect([under(shorter), under(`effective: open\n${shorter}`)]).toEqual(['running due thu 10:00', 'running due tue 10:00']);
  });

  test('Bot comment as first response, and every other comment that is none', () => {
    const others = p2()
      .says('mon 11:00', 'bot', 'Thank you!')
      .says('mon 11:00', 'olga', 'Same here')
      .says('mon 11:00', 'rita', 'Hello?')
      .says('mon 11:00', 'mark', '/take')
      .says('mon 11:00', 'mark', '> Hello?')
      .says('mon 11:00', 'sara', 'Hm', { visible: false });
    expect(response(others, 'mon 13:00')).toBe('running due mon 14:00');
    expect(response(others.says('mon 12:00', 'sara', 'Looking'), 'mon 13:00')).toBe('met mon 12:00');
  });

  test('Status change counts as first response: never', () => {
    const story = p2()
      .labelled('mon 11:00', 'mark', '⭕️ in progress')
      .says('mon 11:30', 'mark', '/hold x')
      .assigned('mon 11:31', 'mark', 'mark');
    expect(response(story, 'mon 13:00')).toBe('running due mon 14:00');
    expect(response(story.closed('mon 12:00', 'mark'), 'mon 13:00')).toBe('cancelled closed_unanswered mon 12:00');
  });

  test('Label as state: of two contradictory ones one stands after a look, and a renamed one is followed', () => {
    const story = p2().labelled('mon 11:00', 'bot', '🟢 resolved').labelled('mon 11:00', 'olga', '🟡 awaiting confirmation');
    const { want } = new Watch(story, policies).look('mon 12:00');
    const observed = {
      labels: story.labels,
      assignees: [],
      state: 'open',
      statusIntended: true,
      steps: new Set<string>(),
      replied: new Set<number>(),
      duplicates: [],
    } as const;
    const effects = plan(want, observed).flatMap((one) =>
      one.kind === 'addLabel' ? [`+${one.label.name}`] : one.kind === 'removeLabel' ? [`-${one.name}`] : [],
    );
    expect(effects).toEqual(
      ['+🔴 received', '+P2: high', '-🟡 awaiting confirmation', '-🟢 resolved'].sort((a, b) =>
        a[0] === b[0] ? 0 : a[0] === '+' ? -1 : 1,
      ),
    );
    const renamed = policiesFrom(`${POLICY}markers: { progress: { label: doing } }\n`);
    expect(new Watch(p2().labelled('mon 11:00', 'mark', 'DOING'), renamed).look('mon 12:00').want.labels[0]!.name).toBe('doing');
  });

  test('Edited slash command: only what the edit adds, from its instant; what was done stays done', () => {
    const watch = new Watch(p2().says('mon 11:00', 'mark', '/priority P3'), policies);
    watch.look('mon 11:01');
    watch.story.edited('mon 12:00', '/priority P3\n/take');
    const { ticket, want } = watch.look('mon 12:01');
    expect(ticket.marker).toMatchObject({ is: 'progress', since: local('mon 12:00') });
    expect(want.reactions).toHaveLength(1);
    watch.story.edited('mon 13:00', 'Never mind');
    expect(watch.look('mon 13:01').ticket).toMatchObject({ marker: { is: 'progress' }, priorities: [{ id: 'P2' }, { id: 'P3' }] });
  });

  test('Command in code or a quote: not carried out, and said so once', () => {
    for (const body of ['`/close`', '> /close', '```\n/close\n```', '    /close']) {
      const watch = new Watch(p2().says('mon 11:00', 'mark', body), policies);
      const { ticket, want } = watch.look('mon 11:01');
      expect([ticket.marker.is, want.replies.length, watch.look('mon 11:02').want.replies.length], body).toEqual(['received', 1, 0]);
    }
  });

  test('Form edited, or a blank issue: read by the ids of the form, else the default and a note, never silence', () => {
    const form = readForm(
      'bug.yml',
      'name: Bug\ndescription: x\nbody:\n  - { type: dropdown, id: priority, attributes: { label: "How bad is it?", options: [P1, P2] } }\n',
    );
    if ('problem' in form) throw new Error(form.problem);
    const filed = (answer: string) =>
      Object.assign(opens('mon 10:00', ''), { body: renderAnswers(form, { priority: answer }), more: { forms: [form] } });
    const priority = (story: Story) => told(story, 'mon 11:00', policies).ticket.priorities.at(-1)!.id;
    expect([priority(filed('P1')), priority(filed('very')), priority(opens('mon 10:00', ''))]).toEqual(['P1', 'P3', 'P3']);
    expect(told(filed('very'), 'mon 11:00', policies).ticket.priorityClaim).toBe('unknown');
    const body = new Watch(filed('very'), policies).look('mon 11:00').want.status!.body;
    expect(body).toContain('does not exist here');
    const edited = new Watch(filed('P2'), policies);
    edited.look('mon 10:01');
    edited.story.body = renderAnswers(form, { priority: 'P1' });
    expect(edited.look('mon 10:30').ticket.priorities.map(({ id, at }) => `${id} ${shown(at)}`)).toEqual(['P2 mon 10:00', 'P1 mon 10:30']);
  });

  test('Scheduler late: what was missed shares one comment that says when it was due', () => {
    const { page } = new Watch(p2(), policies).look('tue 11:00').want;
    expect(page?.steps).toEqual(['first_response/opened/75%', 'first_response/opened/breach', 'first_response/opened/breach*1']);
    expect(page?.body).toMatch(/14:00/);
    expect(page?.body.match(/^- /gm)).toHaveLength(2);
  });
});

describe('twenty complaints', () => {
  test('1 clock runs while waiting for the customer', () => {
    expect(resolution(p2().says('mon 12:00', 'mark', '/wait').says('wed 12:00', 'rita', 'Here'), 'wed 13:00')).toBe(
      'running due mon+1 10:00',
    ); // 18 h
  });

  test('2 nights, weekends and holidays are not counted', () => {
    expect(response(opens('fri 17:00', 'P2'), 'fri 17:30')).toBe('running due mon+1 12:00');
  });

  test('3 pauses are neither lost nor counted twice when it is reckoned again', () => {
    const story = p2().says('mon 11:00', 'mark', '/hold x').says('mon 12:00', 'mark', '/wait').says('mon 13:00', 'mark', '/resume');
    for (const id of ['P3', 'P2', 'P3', 'P2']) story.says('mon 14:00', 'mark', `/priority ${id}`);
    const watch = new Watch(story, policies);
    for (const readAt of ['mon 11:30', 'mon 12:30', 'mon 13:30', 'mon 14:30', 'tue 10:00']) watch.look(readAt);
    expect(resolution(story, 'tue 11:00')).toBe('running due thu 12:00'); // 2 h
  });

  test('4 a change of priority is never late at once', () => {
    for (const when of ['mon 10:30', 'mon 15:00', 'tue 09:59:59']) {
      const story = opens('mon 10:00', 'P3').says(when, 'mark', '/priority P1');
      for (const one of told(story, when, policies).clocks) expect([when, one.name, one.breachedAt]).toEqual([when, one.name, undefined]);
    }
  });

  test('5 answered, and it does not escalate: the clocks are independent', () => {
    const story = p2().says('mon 11:00', 'mark', 'Hello');
    expect(stepsAt(story, 'mon 15:00', policies)).toEqual(['resolution/opened/breach thu 10:00']);
  });

  test('6 no clock goes on after resolve or "thanks"', () => {
    const story = p2().says('mon 11:00', 'mark', 'Hello').closed('mon 12:00', 'mark').says('mon 13:00', 'rita', 'Thanks');
    expect(told(story, 'fri 10:00', policies).clocks.filter((one) => one.state.is === 'running' || one.state.is === 'paused')).toEqual([]);
    expect(new Watch(story, policies).look('fri 10:00').next).toBeUndefined();
  });

  test('7 who answers: a table', () => {
    const answers = (by: 'mark' | 'sara' | 'rita' | 'olga' | 'bot' | 'app') =>
      response(p2().says('mon 11:00', by, 'Hello'), 'mon 12:00').startsWith('met');
    expect((['mark', 'sara', 'rita', 'olga', 'bot', 'app'] as const).map(answers)).toEqual([true, true, false, false, false, false]);
    const staff = policiesFrom(`${POLICY}intake: { staff: true }\n`);
    expect(response(opens('mon 10:00', 'P2', 'mark').says('mon 11:00', 'mark', 'Hello'), 'mon 12:00', staff)).toBe('running due mon 14:00');
  });

  test('8 a window does not shift by an hour in summer', () => {
    // 09:00 in Bucharest is 06:00 UTC in July: 4 h from there.
    expect(told(opens('2026-07-06T06:00:00Z', 'P2'), '2026-07-06T06:00:00Z', policies).clocks[0]!.dueAt).toBe(
      Date.parse('2026-07-06T10:00:00Z') / 1000,
    );
  });

  test('9 the zone is named where a time is shown', () => {
    expect(new Watch(p2(), policies).look('mon 11:00').want.status?.body).toMatch(/14:00[\s\S]*Europe\/Bucharest/);
  });

  test('10 a lunch break', () => {
    const lunch = policiesFrom(POLICY.replace('["09:00-18:00"]', '["09:00-13:00", "14:00-18:00"]'));
    expect(response(opens('mon 10:00', 'P2'), 'mon 11:00', lunch)).toBe('running due mon 15:00');
  });

  test('11 a calendar that is open once in years is given up loudly, in the check', () => {
    const never = OWN.replace('{ mon-fri: ["09:00-18:00"] }', '{}').replace(
      ', hours: {} }',
      ', hours: {}, holidays: { add: { 2040-01-01: ["09:00-10:00"] } } }',
    );
    expect(readPolicy(never, presetText)).toHaveProperty('problems');
  });

  test('12 config: pinned, or open by decision', () => {
    const story = p2();
    new Watch(story, policies).look('mon 10:01');
    const { pins } = told(story, 'mon 13:00', policiesFrom(POLICY, { ref: 'new', older: [['now', POLICY]] })).ticket;
    expect(pins).toEqual([[local('mon 10:00'), 'now']]);
  });

  test('15 an empty level does not wait', () => {
    expect(new Watch(p2(), policies).page('mon 13:00')?.people).toEqual(['mark']);
  });

  test('17 noise: one status comment, one page, one key for each clock, cycle and step, and none by night', () => {
    const watch = new Watch(p2(), policies);
    const pages: string[] = [];
    for (let at = local('mon 10:00'); at < local('wed 10:00'); at = (at + 1_800) as Instant)
      pages.push(...(watch.page(new Date(at * 1000).toISOString().replace('.000', ''))?.steps ?? []).map((key) => `${key} ${shown(at)}`));
    expect(pages).toEqual([
      'first_response/opened/75% mon 13:00',
      'first_response/opened/breach mon 14:00',
      'first_response/opened/breach*1 mon 18:00',
      'first_response/opened/breach*2 tue 13:00',
    ]);
  });

  test('18 commands fire from no quote, and do not fail without a word', () => {
    const { want } = new Watch(p2().says('mon 11:00', 'mark', '/priority very'), policies).look('mon 11:01');
    expect([want.reactions[0]?.content, want.replies.length]).toEqual(['confused', 1]);
    expect(new Watch(p2().says('mon 11:00', 'mark', 'I did /close it'), policies).look('mon 11:01').want.reactions).toEqual([]);
  });

  test('19 what nobody answered is not closed by time, and the reporter can open again what somebody else closed', () => {
    const open = p2().says('mon 11:00', 'mark', '/fixed');
    expect(told(open, 'mon+8 10:00', policies).ticket.marker.is).toBe('confirming');
    for (const body of ['/reopen', '/still-broken']) {
      const { ticket, want } = new Watch(p2().closed('mon 12:00', 'bot').says('mon 13:00', 'rita', body), policies).look('mon 13:01');
      expect([ticket.marker.is, want.state], body).toEqual(['received', { is: 'open' }]);
    }
  });

  test('20 an alias of a priority is that priority, in a form and on a label', () => {
    const aliased = policiesFrom(POLICY.replace('name: Critical,', 'name: Critical, aliases: ["P1 – Critical", blocker],'));
    for (const story of [
      opens('mon 10:00', 'p1 - critical'),
      opens('mon 10:00', 'Blocker'),
      opens('mon 10:00', '').labelled('mon 10:30', 'mark', 'BLOCKER'),
    ])
      expect(told(story, 'mon 11:00', aliased).ticket.priorities.at(-1)!.id).toBe('P1');
  });

  test('and asked often: escalation to a manager, by hand', () => {
    const watch = new Watch(p2().says('mon 11:00', 'mark', '/escalate please'), policies);
    expect(watch.page('mon 11:00')?.people).toEqual(['mark']);
  });
});
