import { describe, expect, test } from 'vitest';
import { at } from '../../src/calendar/time.ts';
import { NOT_IN_FORCE, nameOf } from '../../src/policy/in-force.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { summaryOf } from '../../src/policy/summary.ts';
import { EXAMPLE, policyOf, readOk, SMALL, WHOLE_EXAMPLE } from './marked.ts';

const transport = (name: string) => (name === 'transport@1' ? '' : undefined);

function example() {
  const read = readPolicy(WHOLE_EXAMPLE, transport);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read;
}

test('the example of the reference names two things that it leaves out, and nothing else is wrong with it', () => {
  const read = readPolicy(EXAMPLE, transport);
  const problems = 'problems' in read ? read.problems : [];
  expect(problems.map(({ path }) => path)).toEqual(['intake.security.categories.0', 'categories.0.priority', 'escalation.2.priorities.1']);
});

describe('the example of the reference, with P2 and the category security', () => {
  test('is read whole', () => {
    const { policy } = example();
    expect(policy.extends).toBe('transport@1');
    expect(policy.enforceFrom).toBe(at('2026-11-30T22:00:00Z'));
    expect(policy.calendars.office).toMatchObject({
      kind: 'hours',
      timezone: 'Europe/Bucharest',
      country: 'RO',
      add: { '2026-12-24': [], '2026-12-31': [[32_400, 46_800]] },
      remove: ['2026-06-01'],
    });
    expect(policy.calendars.office).toHaveProperty('hours.fri', [
      [32_400, 46_800],
      [50_400, 64_800],
    ]);
    expect(policy.priorities[0]).toMatchObject({
      id: 'P1',
      label: 'P1: critical',
      aliases: ['P1 – Critical', 'blocker'],
      calendar: 'always',
    });
    expect(policy.escalation.map(({ key }) => key)).toEqual(['75%', 'breach', 'breach', 'breach+4h', 'stagnant']);
    expect(policy.escalation[3]).toMatchObject({ repeat: { every: [{ n: 1, unit: 'd' }], times: 3 }, mention: [{ kind: 'owners' }] });
    expect(policy.onCall[0]?.people[0]).toEqual({ kind: 'user', login: 'cem' });
    expect(policy.reports).toMatchObject({
      digest: { at: '10:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] },
      monthly: { on: 1, at: '09:00' },
      targets: { first_response: [{ n: 4, unit: 'h' }], resolution_rate: 95, satisfaction: 4.5, backlog: 10, uptime: 99.5 },
    });
  });

  test('says which of its keys are not kept yet', () => {
    expect(example().notInForce).toEqual(['console', 'incidents', 'maintenance', 'reports']);
  });

  test('is summed up for the green check run', () => {
    expect(summaryOf(example().policy)).toEqual({
      preset: 'transport@1',
      language: 'en',
      mode: 'live',
      priorities: [
        { id: 'P1', name: 'Critical' },
        { id: 'P2', name: 'High' },
        { id: 'P3', name: 'Medium' },
      ],
      defaultPriority: 'P3',
      targets: 8,
      clocks: ['first_response', 'next_response', 'update', 'workaround', 'resolution'],
      calendars: ['always', 'office'],
      steps: 5,
      products: 1,
      categories: 2,
    });
  });
});

describe('defaults', () => {
  test('an empty file, {} and a comment extend standard@1', () => {
    for (const text of ['', '{}', '# nothing yet\n', '---\n', '\ufeff', 'extends: standard', 'extends: standard@1', 'extends: null']) {
      expect(policyOf(text).extends, text).toBe('standard@1');
    }
  });

  test('everything but priorities has one', () => {
    expect(policyOf('')).toEqual({
      extends: 'standard@1',
      language: 'en',
      timezone: 'UTC',
      mode: 'live',
      effective: 'new',
      calendars: { always: { kind: 'always', id: 'always', timezone: 'UTC' } },
      priorities: [
        {
          id: 'P1',
          name: 'P1',
          label: 'P1',
          color: 'b60205',
          aliases: [],
          calendar: 'always',
          targets: { resolution: [{ n: 4, unit: 'h' }] },
        },
        { id: 'P2', name: 'P2', label: 'P2', color: 'd93f0b', aliases: [], calendar: 'always', targets: {} },
      ],
      defaultPriority: 'P2',
      grace: [{ n: 1, unit: 'h' }],
      intake: { staff: false, fields: { priority: 'priority', product: 'product', category: 'category', plan: 'plan' }, required: [] },
      products: [],
      defaultOwners: [],
      categories: [],
      plans: [],
      responders: { atLeast: 'triage', teams: [], users: [], ackCounts: false },
      roles: {},
      onCall: [],
      escalation: [],
      markers: {
        received: { emoji: '🔴', label: '🔴 received' },
        progress: { emoji: '⭕️', label: '⭕️ in progress' },
        confirming: { emoji: '🟡', label: '🟡 awaiting confirmation' },
        resolved: { emoji: '🟢', label: '🟢 resolved' },
        title: false,
      },
      flags: { triaged: 'triaged', waiting: 'waiting for reporter', hold: 'on hold', escalated: 'escalated' },
      confirm: { after: [{ n: 7, unit: 'd' }], close: true },
      fixesFrom: [],
      handOff: { onRotation: true },
      console: { label: 'desk' },
      incidents: {
        label: 'incident',
        severities: ['critical', 'major', 'minor'],
        priority: 'P1',
        update: [{ n: 1, unit: 'h' }],
        pin: true,
        reportDue: [{ n: 24, unit: 'h' }],
      },
      maintenance: [],
      reports: { targets: {} },
    });
  });

  test('a label is the id and the name in lower case', () => {
    expect(policyOf('priorities: [{ id: P1, name: Krytyczny ŁÓDŹ }]').priorities[0]?.label).toBe('P1: krytyczny łódź');
    expect(policyOf('products: [{ id: court, name: The Court }]').products[0]).toMatchObject({
      name: 'The Court',
      label: 'product: court',
    });
    expect(policyOf('categories: [{ id: login }]').categories[0]).toMatchObject({ name: 'login', label: 'category: login' });
  });

  test('confirm: false has no 🟡, and {} all its defaults', () => {
    expect(policyOf('confirm: false').confirm).toBe(false);
    expect(policyOf('confirm: {}').confirm).toEqual({ after: [{ n: 7, unit: 'd' }], close: true });
  });
});

describe('notation', () => {
  test('days: ranges, lists, across the weekend', () => {
    const hours = (key: string) => {
      const { office } = policyOf(`calendars: { office: { hours: { "${key}": ["00:00-24:00"] } } }`).calendars;
      return office?.kind === 'hours' ? Object.keys(office.hours) : [];
    };
    expect(hours('mon-wed')).toEqual(['mon', 'tue', 'wed']);
    expect(hours('sat-mon')).toEqual(['sat', 'sun', 'mon']);
    expect(hours('Mon, wed-thu')).toEqual(['mon', 'wed', 'thu']);
  });

  test('windows are sorted, 24:00 closes a day', () => {
    const { o } = policyOf('calendars: { o: { hours: { mon: ["14:00-24:00", "09:00-13:00"] } } }').calendars;
    expect(o).toHaveProperty('hours.mon', [
      [32_400, 46_800],
      [50_400, 86_400],
    ]);
  });

  for (const [at, key] of [
    ['75%', '75%'],
    ['1 %', '1%'],
    ['breach', 'breach'],
    ['breach+4h', 'breach+4h'],
    ['breach  + 1d  4h', 'breach+1d 4h'],
  ] as const)
    test(`a step at "${at}" is known as ${key}`, () =>
      expect(policyOf(`escalation: [{ clock: resolution, at: ${at}, label: x }]`).escalation[0]?.key).toBe(key));

  test('a step may be known by its id', () => {
    expect(policyOf('escalation: [{ id: late, stagnant: 5d, label: x }]').escalation[0]).toMatchObject({ key: 'late', kind: 'stagnant' });
  });

  test('mentions of every kind', () => {
    const text = [
      'roles: { cto: [] }',
      'on_call: [{ id: a, rotation: { every: 12h }, handoff: "10:00", starts: 2026-01-05, people: ["@ann"] }]',
      'escalation: [{ clock: resolution, at: breach, mention: [assignees, owners, on_call, on_call.a, cto, "@ann", "@acme/ops"] }]',
    ].join('\n');
    expect(policyOf(text).escalation[0]?.mention).toEqual([
      { kind: 'assignees' },
      { kind: 'owners' },
      { kind: 'on_call' },
      { kind: 'on_call', rota: 'a' },
      { kind: 'role', role: 'cto' },
      { kind: 'user', login: 'ann' },
      { kind: 'team', org: 'acme', slug: 'ops' },
    ]);
  });
});

describe('what is not in force yet', () => {
  test('each row can be said, and is then named', () => {
    const used = readOk(FULL).notInForce;
    expect(used).toEqual([...new Set(NOT_IN_FORCE.map(nameOf))].sort());
  });

  test('whatever else a file may say is in force', () => {
    expect(readOk(KEPT).notInForce).toEqual([]);
  });

  test('what is switched off or empty asks for nothing', () => {
    const text = 'markers: { title: false }\nincidents: {}\nmaintenance: []\nreports: { targets: {} }\nconsole: {}';
    expect(readOk(text).notInForce).toEqual([]);
  });

  test('what only the preset says is named too, unless the own file removes it', () => {
    const preset = `${SMALL}reports: { weekly: { on: mon, at: "09:00" } }\n`;
    expect(readOk('', preset).notInForce).toEqual(['reports']);
    expect(readOk('reports: null', preset).notInForce).toEqual([]);
  });
});

const KEPT = `
priorities: [{ id: P1, targets: { next_response: 1h, update: 1h } }]
intake: { fields: { plan: p }, required: [a], security: { categories: [c], reply: x } }
categories: [{ id: c, runbook: docs/x.md }]
plans: [{ id: a }]
responders: { ack_counts: true }
on_call: [{ id: a, rotation: daily, handoff: "10:00", starts: 2026-01-05, people: ["@ann"] }]
hand_off: { on_rotation: true }
escalation:
  - { stagnant: 5d, label: x }
  - { clock: next_response, at: 75%, label: x, repeat: { every: 1h, times: 1 } }
  - { clock: update, at: 75%, label: x }
flags: { triaged: t, waiting: w, hold: h }
markers: { title: true }
`;

const FULL = `
incidents: { pin: true }
maintenance: [{ id: a, title: A, rrule: "FREQ=MONTHLY;BYDAY=1SU", at: "02:00", lasts: 2h }]
reports: { weekly: { on: mon, at: "09:00" } }
console: { label: y }
`;
