import { afterEach, describe, expect, test } from 'vitest';
import { Pace } from '../../src/github/pace.ts';
import { REPO, TestDesk } from '../support/desk.ts';
import { allOffences } from './said.ts';

const POLICY = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
const AROUND_THE_CLOCK = `${POLICY}priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 1h } }
  - { id: P4, name: Low, label: "P4: low", calendar: always, targets: { first_response: 5d } }
default_priority: P4
escalation:
  - { clock: first_response, at: 75%, mention: [owners] }
  - { clock: first_response, at: breach, mention: [owners] }
`;
const WALL = ['take', 'fixed', 'priority P1', 'confirm', 'still-broken', 'sla', 'help', 'close', 'escalate', 'assign @everyone']
  .flatMap((name) => [`/${name}`, `/${name} again`])
  .join('\n');

let desk: TestDesk;
afterEach(() => desk.close());

const writes = (): string[] =>
  desk.twin.requests
    .filter(({ method, path }) => method !== 'GET' && !/access_tokens|graphql/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

describe('a flood of commands by a stranger', { timeout: 180_000 }, () => {
  test('is answered a handful of times, moves nothing, and leaves the desk quiet afterwards', async () => {
    desk = await TestDesk.open({ policy: POLICY });
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    for (let i = 0; i < 150; i++) {
      desk.act.comment(REPO, number, i % 2 === 0 ? WALL : `/take ${i}\n/confirm ${i}`, 'olga');
      if (i % 15 === 14) await desk.settle();
    }
    await desk.settle();
    expect(desk.repliesOf(number).length).toBeLessThanOrEqual(6);
    expect(desk.labelsOf(number)).toEqual(['P2: high', '🔴 received']);
    expect(desk.statusOf(number).length).toBeLessThan(12_000);
    // A further comment costs an edit of the record and nothing else.
    const before = writes().length;
    await desk.says(number, 'olga', 'no command at all');
    await desk.forward('10m');
    const after = writes().slice(before);
    expect(after.filter((one) => !/^PATCH .*\/issues\/comments\/\d+$/.test(one))).toEqual([]);
    expect(after.length).toBeLessThanOrEqual(1);
    // Nobody else pays for it.
    await desk.says(number, 'rita', '/sla');
    expect(desk.repliesOf(number).at(-1)).toContain('First response');
    await desk.says(number, 'mark', '/take');
    expect(desk.labelsOf(number)).toContain('⭕️ in progress');
    expect(allOffences(desk.twin.requests, ['@petra', '@mark'])).toEqual([]);
  });

  test('in one comment is answered once', async () => {
    desk = await TestDesk.open({ policy: POLICY });
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    await desk.says(number, 'olga', Array.from({ length: 3_000 }, (_, i) => `/priority P1 ${i}`).join('\n'));
    expect(desk.repliesOf(number)).toHaveLength(1);
    expect(desk.repliesOf(number)[0]!.length).toBeLessThan(5_000);
    expect(desk.labelsOf(number)).toEqual(['P2: high', '🔴 received']);
  });

  test('by the reporter, who may ask, is bounded too', async () => {
    desk = await TestDesk.open({ policy: POLICY });
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    for (let i = 0; i < 60; i++) desk.act.comment(REPO, number, '/priority P1\n/take\n/fixed', 'rita');
    await desk.settle();
    expect(desk.repliesOf(number).length).toBeLessThanOrEqual(6);
    expect(desk.labelsOf(number)).toEqual(['P2: high', '🔴 received']);
  });
});

describe('a flood by one account', { timeout: 180_000 }, () => {
  test('of 500 comments at once costs a few looks, a handful of answers, and one reaction to a command at most', async () => {
    desk = await TestDesk.open({ policy: POLICY, sweepS: 86_400 });
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    await desk.forward('10m');
    const [requests, written] = [desk.twin.requests.length, writes().length];
    for (let i = 0; i < 500; i++) desk.act.comment(REPO, number, i % 2 === 0 ? `number ${i}` : '/sla', 'olga');
    await desk.settle();
    const all = desk.twin.requests.slice(requests);
    const looks = all.filter(({ method, path }) => method === 'GET' && path.endsWith(`/issues/${number}`));
    expect(looks.length).toBeGreaterThan(0);
    expect(looks.length).toBeLessThanOrEqual(6);
    expect(all.filter(({ method }) => method === 'GET').length).toBeLessThan(60);
    expect(
      writes()
        .slice(written)
        .filter((one) => !one.endsWith('/reactions')).length,
    ).toBeLessThanOrEqual(8);
    expect(
      writes()
        .slice(written)
        .filter((one) => one.endsWith('/reactions')).length,
    ).toBeLessThanOrEqual(50);
    expect(desk.repliesOf(number).length).toBeLessThanOrEqual(6);
  });

  test('of commands on 60 issues of its own keeps nobody else from being called on time, at the pace that GitHub allows', async () => {
    desk = await TestDesk.open({ policy: AROUND_THE_CLOCK, sweepS: 86_400, pace: new Pace({ gapMs: 0 }), validate: false, presentS: 0 });
    const urgent = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: '### Priority\n\nP1\n' });
    await desk.forward('1m');
    const filedAt = Date.parse(desk.commentsOf(urgent)[0]!.at) / 1000;
    for (let i = 0; i < 60; i++) {
      const number = desk.act.openIssue(REPO, { by: 'olga', title: `Mine ${i}`, body: 'x' });
      for (let k = 0; k < 8; k++) desk.act.comment(REPO, number, WALL, 'olga');
    }
    await desk.forward('62m');
    const pages = desk.ownOf(urgent, 'step').map(({ at: when }) => Date.parse(when) / 1000 - filedAt);
    // At 75 % of the hour, and at its end.
    expect(pages).toHaveLength(2);
    for (const [i, due] of [2_700, 3_600].entries()) expect(Math.abs(pages[i]! - due)).toBeLessThan(60);
    expect(writes().length).toBeLessThan(500);
  });
});

describe('a flood of urgent issues by one account', { timeout: 180_000 }, () => {
  const URGENT = `${POLICY}priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 1h } }
default_priority: P1
escalation:
  - { clock: first_response, at: breach, mention: [owners] }
`;

  test('opened a moment before an honest one delays its page by a minute or two at most, and loses none of its own', async () => {
    // A twentieth of what GitHub allows.
    const pace = new Pace({ gapMs: 0, perMinute: 5, perHour: 25 });
    desk = await TestDesk.open({ policy: URGENT, sweepS: 86_400, pace, validate: false, presentS: 0 });
    const flood = Array.from({ length: 30 }, (_, i) => desk.act.openIssue(REPO, { by: 'olga', title: `Mine ${i}`, body: 'x' }));
    await desk.forward('1s');
    const honest = desk.act.openIssue(REPO, { by: 'rita', title: 'It is down', body: 'Help' });
    const due = desk.issue(honest).createdAt + 3_600;
    const pagesOf = (number: number) => desk.ownOf(number, 'step').map(({ at: when }) => Date.parse(when) / 1000 - due);
    await desk.forward('64m');
    expect(pagesOf(honest)).toHaveLength(1);
    expect(pagesOf(honest)[0]).toBeGreaterThanOrEqual(0);
    expect(pagesOf(honest)[0]).toBeLessThan(120);
    await desk.forward('2h');
    expect(flood.map((number) => pagesOf(number).length)).toEqual(flood.map(() => 1));
  });
});

describe('a thread of 300 comments', { timeout: 180_000 }, () => {
  test('is a ticket like any other', async () => {
    desk = await TestDesk.open({ policy: POLICY });
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    for (let i = 0; i < 300; i++) desk.act.comment(REPO, number, `Number ${i}\n> @everyone #1 <b>${i}</b>`, i % 3 === 0 ? 'olga' : 'rita');
    await desk.settle();
    const before = desk.twin.requests.length;
    await desk.says(number, 'mark', '/take\nHere I am.');
    expect(desk.twin.requests.length - before).toBeLessThan(20);
    expect(desk.labelsOf(number)).toContain('⭕️ in progress');
    expect(desk.statusOf(number)).toContain('kept');
    expect(allOffences(desk.twin.requests, ['@petra', '@mark'])).toEqual([]);
  });
});
