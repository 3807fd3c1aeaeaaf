import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, iso } from '../../src/calendar/time.ts';
import { walkLines } from '../../src/cli/replay-text.ts';
import { EndlessWalk, LOOKS_MAX, type Walk, walk } from '../../src/cli/walk.ts';
import { readKey } from '../../src/desk/record.ts';
import { ledgerAt } from '../../src/github/past.ts';
import { TestDesk } from '../support/desk.ts';
import { always, exportOf, read } from './exported.ts';

const POLICY = `
extends: standard
timezone: Europe/Bucharest
calendars:
  office: { timezone: Europe/Bucharest, hours: { mon-fri: ["09:00-18:00"] } }
priorities:
  - { id: P1, name: Critical, calendar: always, targets: { first_response: 1h, workaround: 4h, resolution: 24h } }
  - { id: P3, name: Medium, calendar: office, targets: { first_response: 1d, resolution: 3d } }
default_priority: P3
roles: { coordinator: ["@carol"] }
default_owners: ["@acme/support"]
products: []
categories: []
escalation:
  - { clock: first_response, at: 75%, mention: [assignees, owners] }
  - { clock: first_response, at: breach, mention: [coordinator], label: escalated }
  - { clock: resolution, at: breach, mention: [coordinator] }
  - { clock: resolution, at: breach + 4h, mention: [assignees] }
`;
const policies = always(POLICY);

type Json = { issue: Record<string, unknown>; timeline: Record<string, unknown>[] };
/** The export of `fixtures/`, all pages in one list, after `edit`. */
function fixture(edit: (json: Json) => void = () => {}): Json {
  const { issue, timeline } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'issue-7.json'), 'utf8'));
  const json = { issue, timeline: timeline.flat() };
  edit(json);
  return json;
}
const without = (...events: string[]) =>
  fixture((json) => {
    json.timeline = json.timeline.filter((entry) => !events.includes(String(entry.event)));
  });
const walked = (json: unknown, until?: string, responders?: readonly string[]): Walk =>
  walk(read(json, policies, responders), policies, until === undefined ? undefined : at(until));
const table = (of: Walk): string[] => walkLines(of, policies.now.policy).map((line) => line.trimEnd());
const steps = ({ rows }: Walk): string[] => rows.flatMap((row) => (row.is === 'step' ? [`${iso(row.at)} ${row.step}`] : []));
const markers = ({ rows }: Walk): string[] => rows.flatMap((row) => (row.is === 'marker' ? [`${iso(row.at)} ${row.marker}`] : []));

describe('an issue of a repository that has no desk', () => {
  test('is shown as the desk would have acted: weekend, re-prioritisation, fix, silence', () => {
    expect(table(walked(fixture()))).toEqual(
      `
  P1 – Critical, 🟢 Resolved, ticket since Fri 2026-01-09 17:30:00, opened by rita

  Fri 2026-01-09 17:30:00  ticket             from rita, P3 (from the form)
  Fri 2026-01-09 17:30:00  marker             🔴 Received, nobody is working on it yet, by rita
  Fri 2026-01-09 17:30:00  First response     starts, 1d on office, due Mon 2026-01-12 17:30:00
  Fri 2026-01-09 17:30:00  Resolution         starts, 3d on office, due Wed 2026-01-14 17:30:00
  Mon 2026-01-12 11:00:00  priority           P3 → P1 (by responder)
  Mon 2026-01-12 11:00:00  First response     due Mon 2026-01-12 12:00:00, was Mon 2026-01-12 17:30:00
  Mon 2026-01-12 11:00:00  Workaround         counts from Fri 2026-01-09 17:30:00, 4h on always, due Mon 2026-01-12 12:00:00
  Mon 2026-01-12 11:00:00  Resolution         due Mon 2026-01-12 12:00:00, was Wed 2026-01-14 17:30:00
  Mon 2026-01-12 11:30:00  marker             ⭕️ In progress, by mark
  Mon 2026-01-12 11:45:00  step               first_response/75%; mentions assignees, owners: @sara @acme/support
  Mon 2026-01-12 12:00:00  First response     BREACHED
  Mon 2026-01-12 12:00:00  Workaround         BREACHED
  Mon 2026-01-12 12:00:00  Resolution         BREACHED
  Mon 2026-01-12 12:00:00  step               first_response/breach; mentions coordinator: @carol; sets the label escalated
  Mon 2026-01-12 12:00:00  step               resolution/breach; mentions coordinator: @carol
  Mon 2026-01-12 14:00:00  answer             by sara
  Mon 2026-01-12 14:00:00  First response     late, by 2 hours
  Mon 2026-01-12 16:00:00  step               resolution/breach+4h; mentions assignees: @sara
  Wed 2026-01-14 12:00:00  marker             🟡 A fix exists and awaits confirmation, by mark
  Wed 2026-01-14 12:00:00  Workaround         late if confirmed, by 2 days
  Wed 2026-01-14 12:00:00  Resolution         late if confirmed, by 2 days
  Wed 2026-01-14 12:00:01  —                  the file ends here; what follows comes if nobody does anything
  Mon 2026-01-19 18:00:01  notice             asks to confirm, before silence does: @rita
  Wed 2026-01-21 12:00:01  marker             🟢 Resolved (silence)
  Wed 2026-01-21 12:00:01  Workaround         confirmed
  Wed 2026-01-21 12:00:01  Resolution         confirmed

  As of Wed 2026-01-21 12:00:01 (Europe/Bucharest):
  First response     1h on always, due Mon 2026-01-12 12:00:00: late by 2 hours (Mon 2026-01-12 14:00:00)
  Workaround         4h on always, due Mon 2026-01-12 12:00:00: late by 2 days (Wed 2026-01-14 12:00:00)
  Resolution         24h on always, due Mon 2026-01-12 12:00:00: late by 2 days (Wed 2026-01-14 12:00:00)`
        .split('\n')
        .slice(1),
    );
  });

  test('pages make the same ledger as one list', () => {
    const { issue, timeline } = fixture();
    const paged = { issue, timeline: [timeline.slice(0, 4), [], timeline.slice(4)] };
    expect(walked(paged).rows).toEqual(walked(fixture()).rows);
  });

  test('with other responders other words answer', () => {
    const rows = (responders: readonly string[]) =>
      walked(fixture(), undefined, responders).rows.flatMap((row) => (row.is === 'answer' || row.is === 'priority' ? [row.is] : []));
    expect(rows(['olga'])).toEqual(['answer']);
    expect(rows(['sara'])).toEqual(['answer']);
    expect(rows(['mark', 'sara'])).toEqual(['priority', 'answer']);
    expect(read(fixture(), policies).notes.responders).toEqual(['mark', 'sara']);
    expect(read(fixture(), policies, ['olga', 'nobody']).notes.responders).toEqual(['olga']);
  });

  test('an end before the last fact shows what is ahead and nothing that came later', () => {
    const early = walked(fixture(), '2026-01-12T08:00:00Z');
    expect(steps(early)).toEqual([]);
    expect(table(early).slice(-5)).toEqual([
      '  Resolution         3d on office, due Wed 2026-01-14 17:30:00: pending',
      '  ahead              first_response/75% at Mon 2026-01-12 15:15:00',
      '  ahead              first_response/breach at Mon 2026-01-12 17:30:00',
      '  ahead              resolution/breach at Wed 2026-01-14 17:30:00',
      '  ahead              resolution/breach+4h at Thu 2026-01-15 12:30:00',
    ]);
    expect(walked(fixture(), '2026-01-01T00:00:00Z')).toMatchObject({ rows: [], looks: 0 });
  });

  test('steps that never came are named with the reason', () => {
    const calm = walked(fixture(({ timeline }) => void timeline.splice(4, 1)));
    expect(steps(calm)).toEqual([]);
    expect(calm.rows.filter((row) => row.is === 'dropped')).toEqual([
      { at: at('2026-01-12T12:00:00Z'), is: 'dropped', steps: ['first_response/75%', 'first_response/breach'], why: 'met' },
      { at: at('2026-01-14T10:00:00Z'), is: 'dropped', steps: ['resolution/breach', 'resolution/breach+4h'], why: 'met' },
    ]);
  });

  test('what is not a ticket says so', () => {
    const strict = always(`${POLICY}intake: { labels: [support] }\n`);
    expect(walkLines(walk(read(fixture(), strict), strict), strict.now.policy)).toEqual([expect.stringContaining('Not a ticket')]);
  });

  test('a walk that would not end is an error, not a hang', () => {
    const exported = read(without('closed', 'cross-referenced'), policies);
    const until = at('2099-01-01T00:00:00Z');
    expect(() => walk(exported, policies, until, 200)).toThrow(EndlessWalk);
    expect(() => walk(exported, policies, until, 200)).toThrow(/^more than 200 looks by 2026-0\d-/);
    expect(LOOKS_MAX).toBe(10_000);
  });
});

describe('pull requests, as far as a timeline shows them', () => {
  const source = (json: Json) => json.timeline.find((entry) => entry.event === 'cross-referenced')!.source as { issue: Json['issue'] };
  const ends = (edit: (json: Json) => void) => markers(walked(fixture(edit))).at(-1);

  test('a merge that closes is a fix; without its pull request it is a closing like any other', () => {
    expect(markers(walked(fixture()))).toContain('2026-01-14T10:00:00Z confirming');
    expect(markers(walked(without('cross-referenced'))).at(-1)).toBe('2026-01-14T10:00:01Z resolved');
  });

  test('a stranger’s pull request fixes nothing', () =>
    expect(ends((json) => Object.assign(source(json).issue, { repository: { full_name: 'eve/desk' } }))).toBe(
      '2026-01-14T10:00:01Z resolved',
    ));

  test('one that neither says so nor came with the closing fixes nothing', () => {
    const edit = (json: Json) =>
      Object.assign(source(json).issue, { body: 'See #7, #70', pull_request: { merged_at: '2026-01-14T09:00:00Z' } });
    expect(ends(edit)).toBe('2026-01-14T10:00:01Z resolved');
    expect(ends((json) => Object.assign(source(json).issue, { body: null }))).toBe('2026-01-21T10:00:01Z resolved');
  });

  test('one that was linked by hand fixes where the closing names a commit', () => {
    const json = without('cross-referenced');
    json.timeline.splice(-1, 0, { ...json.timeline.at(-1), id: 1, event: 'connected' });
    Object.assign(json.timeline.at(-1)!, { commit_id: '6dcb09b5b57875f334f61aebed695e2e4193db5e' });
    expect(markers(walked(json))).toContain('2026-01-14T10:00:01Z confirming');
  });

  test('is open until it was merged or closed', () => {
    const open = (json: Json, when: string) => ledgerAt(read(json, policies), at(when), undefined).fixes;
    const linked = { ref: 'acme/desk#9', since: at('2026-01-13T09:00:00Z') };
    expect(open(fixture(), '2026-01-13T08:00:00Z')).toEqual([]);
    expect(open(fixture(), '2026-01-13T10:00:00Z')).toEqual([linked]);
    expect(open(fixture(), '2026-01-14T10:00:00Z')).toEqual([{ ...linked, until: at('2026-01-14T10:00:00Z') }]);
    const dropped = fixture((json) => Object.assign(source(json).issue, { pull_request: { merged_at: null } }));
    expect(open(dropped, '2026-01-14T09:59:59Z')).toEqual([linked]);
    expect(open(dropped, '2026-01-14T10:00:00Z')).toEqual([{ ...linked, until: at('2026-01-14T10:00:00Z') }]);
  });
});

describe('the ledger at an instant', () => {
  const past = (when: string, json = fixture()) => ledgerAt(read(json, policies), at(when), undefined);

  test('has the labels, the assignees and the state of then', () => {
    const shown = (when: string) => {
      const { labels, assignees, state, facts } = past(when);
      return [labels.toSorted(), assignees.map((one) => one.login), state, facts.length];
    };
    expect(shown('2026-01-09T15:30:00Z')).toEqual([[], [], 'open', 1]);
    expect(shown('2026-01-12T09:00:00Z')).toEqual([['P1: critical', 'bug'], [], 'open', 4]);
    expect(shown('2026-01-12T09:30:00Z')).toEqual([['P1: critical', 'bug'], ['sara'], 'open', 5]);
    expect(shown('2026-01-14T10:00:01Z')).toEqual([['P1: critical', 'bug'], ['sara'], 'closed', 9]);
  });

  test('a command in an edited comment counts from the last edit, as where GitHub does not tell', () => {
    const json = fixture(({ timeline }) => Object.assign(timeline[7]!, { body: '/fixed in 1.2', updated_at: '2026-01-12T15:00:00Z' }));
    const commands = (when: string) => past(when, json).facts.flatMap((fact) => (fact.kind === 'said' ? fact.commands : []));
    expect(commands('2026-01-12T14:59:59Z')).toEqual([]);
    expect(commands('2026-01-12T15:00:00Z')).toMatchObject([{ name: 'fixed', at: at('2026-01-12T15:00:00Z') }]);
    expect(read(json, policies).notes.edited).toBe(1);
    expect(markers(walked(json))).toContain('2026-01-12T15:00:00Z confirming');
  });

  test('a hidden comment answers nothing, if the comments say that it is', () => {
    const json = fixture();
    const comments = json.timeline.filter((entry) => entry.event === 'commented');
    const hidden = comments.map((one) => ({ ...one, minimized: one === comments[1] ? { reason: 'off-topic' } : null }));
    expect(walked(json).rows.filter((row) => row.is === 'answer')).toHaveLength(1);
    expect(walked({ ...json, comments: hidden }).rows.filter((row) => row.is === 'answer')).toEqual([]);
    expect(walked({ ...json, comments: [hidden] }).rows.filter((row) => row.is === 'answer')).toEqual([]);
  });

  test('bots that are named are bots', () => {
    const acts = (json: unknown) => walked(json, undefined, ['mark', 'sara']).rows.filter((row) => row.is === 'priority').length;
    expect(acts(fixture())).toBe(1);
    expect(acts({ ...fixture(), bots: ['Mark'] })).toBe(0);
  });

  test('of a longer timeline than the desk reads, beginning and end are read', () => {
    const json = fixture();
    const noise = { ...json.timeline[2]!, event: 'subscribed' };
    json.timeline.splice(4, 0, ...Array.from({ length: 3_000 }, () => noise));
    const { notes } = read(json, policies);
    expect(notes).toMatchObject({ omitted: 11, unreadable: 0 });
    expect(walked(json).rows).toEqual(walked(fixture()).rows);
  });

  test('entries that cannot be read are left out and counted', () => {
    const json = fixture(({ timeline }) => timeline.push({ event: 7 }, { event: 'closed', id: 5, created_at: '2260-01-01T00:00:00Z' }));
    expect(read(json, policies).notes.unreadable).toBe(2);
    expect(walked(json).rows).toEqual(walked(fixture()).rows);
  });
});

/** Everything that runs, waits and calls. */
const FULL = `${POLICY}
plans: [{ id: premium, name: Premium, reporters: ["@rita"], calendar: office, targets: { first_response: 4h } }]
`
  .replace('first_response: 1d, resolution: 3d', 'first_response: 1d, next_response: 4h, update: 1d, resolution: 3d')
  .replace(
    'resolution, at: breach + 4h, mention: [assignees]',
    'resolution, at: breach + 4h, mention: [assignees], repeat: { every: 4h, times: 3 }',
  )
  .replace(
    'escalation:',
    'escalation:\n  - { clock: next_response, at: 50%, mention: [assignees] }\n  - { clock: update, at: breach, mention: [owners] }\n  - { stagnant: 2d, mention: [coordinator] }',
  );

type Deed = readonly [when: string, by: string, words: string];
const STORIES: readonly (readonly [claim: string, policy: string, deeds: readonly Deed[]])[] = [
  [
    'weekend, re-prioritisation, two fixes, confirmed, reopened, silence',
    POLICY,
    [
      ['2026-01-10T09:00:00Z', 'olga', 'Same here.'],
      ['2026-01-12T14:00:00Z', 'mark', '/priority P1'],
      ['2026-01-12T14:20:00Z', 'mark', '/take'],
      ['2026-01-12T16:00:00Z', 'mark', 'A page boundary is off by one.'],
      ['2026-01-13T12:00:00Z', 'mark', '/fixed in 1.2'],
      ['2026-01-13T13:00:00Z', 'rita', '/still-broken it stops at page 4'],
      ['2026-01-15T12:00:00Z', 'mark', '/fixed in 1.3'],
      ['2026-01-15T13:00:00Z', 'rita', '/confirm'],
      ['2026-01-16T13:00:00Z', 'rita', '/still-broken'],
      ['2026-01-18T13:00:00Z', 'mark', '/fixed in 1.4'],
    ],
  ],
  [
    'a plan, pauses, questions, updates, repeats, stagnation and escalations by hand',
    FULL,
    [
      ['2026-01-12T08:00:00Z', 'mark', '/take\nLooking at it.'],
      ['2026-01-12T08:30:00Z', 'rita', 'Thank you. When?'],
      ['2026-01-12T12:10:00Z', 'mark', '/wait for the log'],
      ['2026-01-13T08:00:00Z', 'rita', 'Here is the log.'],
      ['2026-01-13T09:00:00Z', 'mark', '/escalate this is bigger than it looks'],
      ['2026-01-13T10:00:00Z', 'mark', '/hold a part is on order'],
      ['2026-01-19T10:00:00Z', 'mark', '/resume'],
      ['2026-01-26T10:00:00Z', 'mark', '/handoff @sara all is in the log'],
      ['2026-01-29T10:00:00Z', 'sara', '/fixed'],
      ['2026-01-29T11:00:00Z', 'rita', '/confirm'],
    ],
  ],
];

test('a clock pauses in the second in which its pause begins, and says what is left', () => {
  const json = fixture();
  const said = json.timeline[7]!;
  const say = (id: number, when: string, body: string) => ({ ...said, id, created_at: when, updated_at: when, body });
  json.timeline.splice(8, 0, say(1, '2026-01-12T13:00:00Z', '/hold a part is on order'), say(2, '2026-01-12T15:30:00Z', '/resume'));
  json.timeline.splice(4, 1);
  const rows = walked(json).rows.filter((row) => row.is === 'pause' || (row.is === 'clock' && row.change !== 'starts'));
  expect(rows.slice(1, 5)).toMatchObject([
    { at: at('2026-01-12T13:00:00Z'), is: 'pause', cause: 'hold', ends: false, reason: 'a part is on order' },
    { at: at('2026-01-12T13:00:00Z'), clock: 'resolution', change: 'pauses', left: 20.5 * 3600 },
    { at: at('2026-01-12T15:30:00Z'), is: 'pause', cause: 'hold', ends: true },
    { at: at('2026-01-12T15:30:00Z'), clock: 'resolution', change: 'moves', dueAt: at('2026-01-15T09:00:00Z') },
  ]);
});

describe('an issue that a desk had', () => {
  for (const [claim, policy, deeds] of STORIES)
    test(`is replayed as that desk acted, step by step: ${claim}`, async () => {
      const desk = await TestDesk.open({ policy, start: '2026-01-09T08:00:00Z' });
      await desk.until('2026-01-09T15:30:00Z');
      const number = await desk.files('rita', 'bug.yml', { priority: 'P3 – Medium' }, 'The export stops');
      for (const [when, by, words] of deeds) {
        await desk.at(at(when));
        await desk.says(number, by, words);
      }
      const end = '2026-02-10T13:00:00Z';
      await desk.until(end);
      const posted = desk.ownOf(number, 'step').flatMap(({ at: when, body }) => {
        const key = readKey(body)?.key;
        return key?.is === 'step' ? key.steps.map((one) => ({ key: one, when: at(when) })) : [];
      });
      const inForce = always(policy);
      const exported = read(exportOf(desk, number), inForce, ['mark', 'sara', 'petra']);
      const replayed = walk(exported, inForce, at(end));
      expect(posted.length).toBeGreaterThan(5);
      const keyed = new Map(replayed.posts.map(({ key, at: when }) => [key, when]));
      expect([...keyed.keys()].toSorted()).toEqual(posted.map((one) => one.key).toSorted());
      // The desk takes a breath of 2 s between two looks.
      for (const { key, when } of posted) expect(Math.abs(keyed.get(key)! - when), key).toBeLessThanOrEqual(4);
      expect(replayed.last?.ticket.marker.is).toBe('resolved');
      expect(desk.labelsOf(number)).toContain('🟢 resolved');
      expect(walkLines(replayed, inForce.now.policy).join('\n')).not.toMatch(/undefined|\[object/);
      await desk.close();
    });
});
