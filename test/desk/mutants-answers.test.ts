import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/desk/ledger.ts';
import { actor, local, type Name, OFFICE, policiesFrom, type Story } from '../support/ledger.ts';
import { opens, Watch } from '../support/told.ts';

const POLICY = `${OFFICE.split('products:')[0]}
products: [{ id: court, name: Court }]
categories: [{ id: login, name: Login, runbook: docs/login.md }, { id: billing, name: Billing }]
plans: [{ id: premium, name: Premium, calendar: office, targets: { resolution: 2d } }]
on_call: [{ id: primary, rotation: daily, handoff: "10:00", starts: 2026-01-05, people: ["@mark", "@sara"] }]
escalation: []
`;
const policies = policiesFrom(POLICY);
const bare = policiesFrom(OFFICE);
const MORE: Partial<Ledger> = {
  named: new Map([['sara', { actor: actor('sara'), responder: true, assignable: true }]]),
  runbooks: new Map([['docs/login.md', '1. Look\n2. Think\n']]),
};

const p2 = (): Story => Object.assign(opens('mon 10:00', 'P2'), { more: MORE });

/** A desk whose replies stand on GitHub when it looks again. */
class Desk {
  readonly watch: Watch;
  #id = 9_000;

  constructor(story = p2(), using = policies) {
    this.watch = new Watch(story, using);
  }

  /** What one look answers to what somebody has just said. */
  hears(when: string, by: Name, ...bodies: string[]) {
    const { story } = this.watch;
    for (const body of bodies) story.says(when, by, body);
    const { want } = this.watch.look(when);
    for (const { to, body } of want.replies) story.own.push({ id: ++this.#id, at: local(when), key: { is: 'reply', to }, body });
    return want;
  }
}

const REFUSED = '/priority P9';
const five = Array.from({ length: 5 }, () => REFUSED);
const flooded = (when = 'mon 11:00') => {
  const desk = new Desk();
  expect(desk.hears(when, 'mark', ...five).replies).toHaveLength(5);
  return desk;
};

describe('a flood stays one-sided', () => {
  for (const [claim, when, by, body, want] of [
    ['a sixth refusal within a day gets a reaction only', 'mon 12:00', 'mark', REFUSED, 0],
    ['also a second before the day is over', 'tue 10:59:59', 'mark', REFUSED, 0],
    ['a day later replies begin again', 'tue 11:00', 'mark', REFUSED, 1],
    ['another account is not silenced with it', 'mon 12:00', 'sara', REFUSED, 1],
    ['what was asked for is still answered', 'mon 12:00', 'mark', '/sla', 1],
    ['a refusal beside it is not', 'mon 12:00', 'mark', `/sla\n${REFUSED}`, 1],
  ] as const)
    test(claim, () => {
      const { reactions, replies } = flooded().hears(when, by, body);
      expect([reactions.length, replies.length]).toEqual([1, want]);
      if (body.startsWith('/sla\n')) expect(replies[0]!.body).not.toContain('P1, P2, P3, P4');
    });

  test('after twenty replies not even what was asked for', () => {
    const desk = new Desk();
    const asked = (count: number) => Array.from({ length: count }, () => '/sla');
    expect(desk.hears('mon 11:00', 'rita', ...asked(19)).replies).toHaveLength(19);
    expect(desk.hears('mon 12:00', 'rita', ...asked(2)).replies).toHaveLength(1);
    expect(desk.hears('mon 13:00', 'rita', '/sla')).toMatchObject({ reactions: [{ content: '+1' }], replies: [] });
  });

  test('a comment that has a reply may get another when it is edited', () => {
    const desk = flooded();
    desk.watch.story.edited('mon 12:00', '/priority P8');
    expect(desk.watch.look('mon 12:00').want.replies).toHaveLength(1);
  });

  test('pages do not count, only replies', () => {
    const desk = new Desk();
    for (let i = 0; i < 6; i += 1) {
      desk.hears('mon 11:00', 'mark', '/take');
      desk.watch.story.own.push({ id: i, at: local('mon 11:00'), key: { is: 'step', steps: ['x'] }, body: '' });
    }
    expect(desk.hears('mon 12:00', 'mark', REFUSED).replies).toHaveLength(1);
  });
});

describe('a comment gets one reaction and one reply', () => {
  test('one refusal among its commands makes the reaction 😕', () => {
    const { reactions } = new Desk().hears('mon 11:00', 'mark', `/take\n${REFUSED}`, '/take', REFUSED);
    expect(reactions.map((one) => one.content)).toEqual(['confused', '+1', 'confused']);
  });
  test('its reply names the comment in its hidden line', () => {
    const desk = new Desk();
    const { replies } = desk.hears('mon 11:00', 'mark', '/sla');
    expect(replies).toEqual([
      { to: desk.watch.story.last, body: expect.stringMatching(/^<!-- watchkeeper \{[^\n]*"is":"reply"[^\n]*\} -->\n\S/) },
    ]);
    expect(replies[0]!.body).toContain(`"to":${desk.watch.story.last}`);
  });
  test('only a reply with a list of steps is marked as one, so that /done finds it', () => {
    const replies = (body: string) => new Desk().hears('mon 11:00', 'mark', body).replies.map((one) => one.body.includes('"runbook":true'));
    expect(replies('/runbook login')).toEqual([true]);
    expect(replies('/sla\n/runbook login')).toEqual([true]);
    expect(replies('/sla')).toEqual([false]);
  });
});

describe('/done', () => {
  const withList = (body: string) => {
    const desk = new Desk();
    desk.hears('mon 11:00', 'mark', '/take');
    desk.watch.story.own.push({ id: 55, at: local('mon 11:00'), key: { is: 'reply', to: 1, runbook: true }, body });
    return desk;
  };
  test('writes nothing where the box is ticked already', () => {
    expect(withList('- [x] Look\n- [ ] Think').hears('mon 12:00', 'mark', '/done 1').edit).toBeUndefined();
  });
  test('another command ticks nothing, whatever number follows it', () => {
    expect(withList('- [ ] Look').hears('mon 12:00', 'mark', '/hold 1').edit).toBeUndefined();
  });
});

describe('a refusal says what there is to choose from', () => {
  for (const [command, hint] of [
    ['/priority', 'P1, P2, P3, P4'],
    ['/product', 'court'],
    ['/category', 'login, billing'],
    ['/plan', 'premium'],
  ] as const)
    test(command, () => expect(new Desk().hears('mon 11:00', 'mark', `${command} zzz`).replies[0]!.body).toContain(hint));

  test('a command in code is told to stand outside of it', () => {
    const body = (text: string) => new Desk().hears('mon 11:00', 'mark', text).replies[0]?.body;
    expect(body('`/take`')).toMatch(/code or a quotation/);
    expect(body('/hold')).not.toMatch(/code or a quotation/);
  });
});

describe('/help shows the commands that mean something under this policy', () => {
  const helped = (using = policies) => new Desk(p2(), using).hears('mon 11:00', 'mark', '/help').replies[0]!.body;
  const shown = (using = policies) => [...helped(using).matchAll(/^\| `\/([a-z-]+)/gm)].map((row) => row[1]!);
  const CHOSEN = ['product', 'category', 'plan', 'runbook', 'done', 'stay'];

  test('all of them where there are lists, a runbook and a rota', () => {
    expect(shown()).toEqual(expect.arrayContaining([...CHOSEN, 'priority', 'take', 'confirm', 'rate']));
  });
  test('none that choose from an empty list', () => {
    const found = shown(bare);
    expect(CHOSEN.filter((name) => found.includes(name))).toEqual([]);
    expect(found).toEqual(expect.arrayContaining(['priority', 'take', 'confirm', 'rate']));
  });
  test('none that belong to incidents or to the console', () => {
    expect(['incident', 'severity', 'go', 'tickets', 'maintenance'].filter((name) => shown().includes(name))).toEqual([]);
  });
  test('a rota whose turns hand nothing over needs no /stay', () => {
    expect(shown(policiesFrom(`${POLICY}hand_off: { on_rotation: false }\n`))).not.toContain('stay');
  });
  test('with what follows them', () => {
    expect(helped()).toContain('`/handoff who notes`');
    expect(helped()).toContain('`/close [reason]`');
  });
});

describe('/sla and /sla why', () => {
  const said = (body: string) => new Desk().hears('mon 11:00', 'mark', body).replies[0]!.body.split('\n').slice(1).join('\n');
  test('are two answers', () => {
    expect(said('/sla why')).not.toBe(said('/sla'));
    expect(said('/sla   WHY  ')).toBe(said('/sla why'));
    expect(said('/sla')).toContain('| --- |');
  });
});

test('/stay says until when, if it was said', () => {
  const body = (text: string) => new Desk().hears('mon 11:00', 'mark', text).replies[0]!.body;
  expect(body('/stay 2026-01-20 12:00')).toContain('20 Jan 2026');
  expect(body('/stay')).not.toContain('2026');
});

test('/handoff names who gets it, and passes the notes on', () => {
  const [reply] = new Desk().hears('mon 11:00', 'mark', '/handoff @sara It is the cache').replies;
  expect(reply!.body).toContain('@sara');
  expect(reply!.body).toContain('It is the cache');
  expect(reply!.body).not.toContain('@mark');
});
