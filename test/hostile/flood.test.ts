import { afterEach, describe, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';
import { allOffences } from './said.ts';

const POLICY = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
const WALL = ['take', 'fixed', 'priority P1', 'confirm', 'still-broken', 'sla', 'help', 'close', 'escalate', 'assign @everyone']
  .flatMap((name) => [`/${name}`, `/${name} again`])
  .join('\n');

let desk: TestDesk;
afterEach(() => desk.close());

const writes = (): string[] =>
  desk.twin.requests
    .filter(({ method, path }) => method !== 'GET' && !/access_tokens|graphql/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

describe('a flood of commands by a stranger', { timeout: 40_000 }, () => {
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

describe('a thread of 300 comments', { timeout: 40_000 }, () => {
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
