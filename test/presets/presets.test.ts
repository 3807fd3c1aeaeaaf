import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatDuration } from '../../src/calendar/duration.ts';
import { type FormSpec, fieldAnswer, readAnswers, readForm, renderAnswers } from '../../src/policy/forms.ts';
import { matchCategory, matchPlan, matchPriority, matchProduct } from '../../src/policy/match.ts';
import { readPolicy } from '../../src/policy/read.ts';
import type { Policy, Presets } from '../../src/policy/types.ts';

const ROOT = new URL('../../config/presets/', import.meta.url);
const NAMES = ['classroom@1', 'kleros@1', 'standard@1', 'tradebot@1', 'transport@1', 'trkv@1'];
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const presets: Presets = (name) => (NAMES.includes(name) ? textOf(`${name}/support.yml`) : undefined);

function policyOf(name: string): Policy {
  const read = readPolicy(`extends: ${name}\n`, presets);
  if ('problems' in read) throw new Error(read.problems.map((one) => `${one.line}: ${one.message}`).join('\n'));
  return read.policy;
}

const formFilesOf = (name: string) => readdirSync(new URL(`${name}/ISSUE_TEMPLATE/`, ROOT)).filter((file) => file !== 'config.yml');

function formsOf(name: string): FormSpec[] {
  return formFilesOf(name).map((file) => {
    const form = readForm(file, textOf(`${name}/ISSUE_TEMPLATE/${file}`));
    if ('problem' in form) throw new Error(form.problem);
    return form;
  });
}

/** What the seeds promise, copied by hand from their tables; the clock after the colon is the calendar that README.md decides on. */
const PROMISES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'tradebot@1': {
    P1: 'Krytyczny: first_response 1h, workaround 4h, resolution 24h on always',
    P2: 'Wysoki: first_response 4h, workaround 1d, resolution 3d on dyzur',
    P3: 'Średni: first_response 1d, workaround 3d, resolution 7d on dyzur',
    P4: 'Niski: first_response 3d on dyzur',
  },
  'transport@1': {
    P1: 'Critic: first_response 1h, resolution 4h on always',
    P2: 'Ridicat: first_response 4h, resolution 1d on program',
    P3: 'Mediu: first_response 1d, resolution 3d on program',
    P4: 'Scăzut: first_response 2d, resolution 5d on program',
    basic: 'Basic: first_response 2d, resolution 5d on program',
    standard: 'Standard: first_response 1d, resolution 2d on program',
    premium: 'Premium: first_response 4h, resolution 1d on program',
    enterprise: 'Enterprise: first_response 1h, resolution 8h on program',
  },
  'classroom@1': {
    P0: 'Инцидент: first_response 15m on always',
    P1: 'Критично: first_response 2h on always',
    P2: 'Важно: first_response 8h on work',
    P3: 'Низкий: first_response 24h on work',
  },
  'trkv@1': {
    critical: 'Critical: first_response 1h on always',
    high: 'High: first_response 4h on always',
    medium: 'Medium: first_response 12h on always',
    low: 'Low: first_response 24h on always',
  },
  'kleros@1': {
    emergency: 'Emergency: first_response 1h, resolution 24h on always',
    normal: 'Everything else: first_response 1d on business',
  },
  'standard@1': {
    P1: 'Critical: first_response 1h, workaround 4h, resolution 1d on office',
    P2: 'High: first_response 4h, workaround 1d, resolution 3d on office',
    P3: 'Medium: first_response 1d, workaround 3d, resolution 10d on office',
    P4: 'Low: first_response 3d on office',
  },
};

/** Who is told what, beside the warnings: `clock moment [priorities] → whom`. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  'tradebot@1': ['first_response breach → koordynator', 'workaround breach [P1 P2] → cto rnd', 'resolution breach → assignees koordynator'],
  'transport@1': ['first_response breach → tech_lead', 'resolution breach → assignees tech_lead'],
  'classroom@1': ['first_response breach → lead'],
  'trkv@1': ['first_response breach → support_lead'],
  'kleros@1': [
    'first_response breach [emergency] → team',
    'resolution breach [emergency] → team',
    'first_response breach [normal] → owners',
    'stagnant 5d [normal] → owners',
  ],
  'standard@1': ['first_response breach → owners', 'workaround breach → assignees owners', 'resolution breach → assignees owners'],
};

const CALENDARS: Readonly<Record<string, string>> = {
  'tradebot@1': 'dyzur Europe/Warsaw mon tue wed thu fri sat sun 8-20',
  'transport@1': 'program Europe/Bucharest mon tue wed thu fri 9-18 RO',
  'classroom@1': 'work Europe/Moscow mon tue wed thu fri 10-18 RU',
  'trkv@1': '',
  'kleros@1': 'business UTC mon tue wed thu fri 9-17',
  'standard@1': 'office UTC mon tue wed thu fri 9-18',
};

const promise = ({ name, targets, calendar }: Pick<Policy['plans'][number], 'name' | 'targets' | 'calendar'>) => {
  const clocks = Object.entries(targets).map(([clock, target]) => `${clock} ${formatDuration(target)}`);
  return `${name}: ${clocks.join(', ')} on ${calendar}`;
};

const pageOf = (step: Policy['escalation'][number]) => {
  const when = step.kind === 'stagnant' ? `stagnant ${formatDuration(step.after)}` : `${step.clock} ${step.moment.kind}`;
  const whom = step.mention.map((mention) => (mention.kind === 'role' ? mention.role : mention.kind));
  return `${when} ${step.priorities ? `[${step.priorities.join(' ')}] ` : ''}→ ${whom.join(' ')}`;
};

const hoursOf = (policy: Policy) =>
  Object.values(policy.calendars).flatMap((calendar) => {
    if (calendar.kind === 'always') return [];
    const windows = new Set(
      Object.values(calendar.hours).map((day) => day.map(([open, close]) => `${open / 3600}-${close / 3600}`).join(' ')),
    );
    return [[calendar.id, calendar.timezone, ...Object.keys(calendar.hours), ...windows, calendar.country ?? []].flat().join(' ')];
  });

test('these presets exist, each with its forms and its reasons', () => {
  expect(readdirSync(ROOT).sort()).toEqual(NAMES);
  for (const name of NAMES) {
    expect(readdirSync(new URL(`${name}/`, ROOT)).sort()).toEqual(['ISSUE_TEMPLATE', 'README.md', 'support.yml']);
    expect(parse(textOf(`${name}/ISSUE_TEMPLATE/config.yml`))).toEqual({ blank_issues_enabled: false });
    for (const part of ['Calendar', 'ill in**', 'Not yet covered'])
      if (name !== 'standard@1' || part !== 'Calendar') expect(textOf(`${name}/README.md`)).toContain(part);
  }
});

for (const name of NAMES) {
  describe(name, () => {
    const policy = policyOf(name);

    test('promises what its plan promises', () => {
      const rows = [...policy.priorities, ...policy.plans].map((row) => [row.id, promise(row)]);
      expect(Object.fromEntries(rows)).toEqual(PROMISES[name]);
    });

    test('pages whom its plan names', () => {
      const late = policy.escalation.filter((step) => step.kind === 'stagnant' || step.moment.kind === 'breach');
      expect(late.map(pageOf)).toEqual(PAGES[name]);
      expect(late.every((step) => step.label === policy.flags.escalated)).toBe(true);
    });

    test('warns at 75 % before every page for a late answer or fix', () => {
      for (const step of policy.escalation) {
        if (step.kind === 'stagnant' || step.moment.kind !== 'breach' || (name === 'standard@1' && step.clock === 'workaround')) continue;
        const warned = policy.escalation.some(
          (one) => one.kind === 'clock' && one.clock === step.clock && one.moment.kind === 'percent' && one.moment.percent === 75,
        );
        expect(warned, step.key).toBe(true);
      }
    });

    test('is open when its plan says so', () => expect(hoursOf(policy).join('; ')).toBe(CALENDARS[name]));

    test('names nobody: roles are there for the owner to fill', () => {
      expect(Object.values(policy.roles).flat()).toEqual([]);
      expect(policy.products.flatMap((product) => product.owners)).toEqual([]);
      expect(textOf(`${name}/support.yml`)).not.toMatch(/"@/);
      for (const role of Object.keys(policy.roles)) expect(textOf(`${name}/README.md`)).toContain(role);
    });

    test('labels fit GitHub, in their plan’s language', () => {
      const labels = [policy.priorities, policy.products, policy.categories].flatMap((list) => list.map((one) => one.label));
      const all = [
        ...labels,
        ...Object.values(policy.flags),
        ...(['received', 'progress', 'confirming', 'resolved'] as const).map((at) => policy.markers[at].label),
      ];
      for (const label of all) expect(label).toMatch(/^[^,]{1,50}$/);
      expect(new Set(all.map((label) => label.toLowerCase())).size).toBe(all.length);
    });
  });

  describe(`${name}: forms`, () => {
    const policy = policyOf(name);
    const forms = formsOf(name);
    const match = { priority: matchPriority, product: matchProduct, category: matchCategory, plan: matchPlan };
    for (const form of forms) {
      test(`${form.file} is valid, and GitHub’s rendering of it is read back`, () => {
        expect(form.description.length).toBeLessThanOrEqual(200);
        const values = Object.fromEntries(form.fields.map((field) => [field.id, field.options[0] ?? `x ${field.label}`]));
        const { form: known, answers } = readAnswers(renderAnswers(form, values), forms);
        expect(known?.file).toBe(form.file);
        for (const field of form.fields) expect(answers.get(field.id)?.text).toBe(values[field.id]);
      });

      test(`${form.file}: an answer means what it says`, () => {
        const roles = Object.entries(match).map(
          ([role, find]) => [form.fields.find((field) => field.id === policy.intake.fields[role as 'plan']), find] as const,
        );
        for (const [field, find] of roles) {
          const options = field?.options ?? [];
          const ids = options.map((option) => find(policy, option)?.id);
          expect(ids).not.toContain(undefined);
          expect(new Set(ids).size).toBe(ids.length);
          for (const option of options) {
            const { answers } = readAnswers(renderAnswers(form, { [field!.id]: option }), forms);
            const meant = find(policy, fieldAnswer(answers, field!.id)!.text)!;
            expect([meant.id, meant.name].some((word) => option.toLowerCase().startsWith(word.toLowerCase()))).toBe(true);
          }
        }
      });

      test(`${form.file} asks for what the policy requires`, () => {
        const ids = form.fields.map((field) => field.id);
        for (const required of policy.intake.required) expect(ids).toContain(required);
      });
    }
  });
}

test('a priority form offers every priority, most urgent first', () => {
  for (const [name, file] of [
    ['tradebot@1', 'zgloszenie.yml'],
    ['transport@1', 'solicitare.yml'],
    ['classroom@1', 'obrashchenie.yml'],
    ['trkv@1', 'bug_report.yml'],
    ['kleros@1', 'major_issue.yml'],
    ['standard@1', 'bug.yml'],
  ] as const) {
    const policy = policyOf(name);
    const field = formsOf(name)
      .find((form) => form.file === file)!
      .fields.find((one) => one.id === 'priority')!;
    expect(field.options.map((option) => matchPriority(policy, option)?.id)).toEqual(policy.priorities.map((priority) => priority.id));
  }
});

test('the trading bot’s form has the fields of its plan’s template, in their order', () => {
  expect(formsOf('tradebot@1')[0]!.fields.map((field) => field.label)).toEqual([
    'Opis problemu',
    'Kroki odtworzenia',
    'Oczekiwany rezultat',
    'Rzeczywisty rezultat',
    'Logi (załączniki)',
    'Wersja aplikacji i systemu',
    'Priorytet (P1–P4)',
    'Dodatkowe informacje (zrzuty ekranu, preset strategii)',
  ]);
});

test('the school’s categories and the cooperative’s products are all offered', () => {
  const offered = (name: string, id: string) => formsOf(name).map((form) => form.fields.find((field) => field.id === id)?.options);
  expect(offered('classroom@1', 'category')).toEqual([policyOf('classroom@1').categories.map((category) => category.name)]);
  expect(policyOf('classroom@1').categories.map((category) => category.id)).toEqual([
    'login',
    'payment',
    'lesson',
    'zoom',
    'homework',
    'recording',
    'other',
  ]);
  const products = policyOf('kleros@1').products.map((product) => product.name);
  expect(products).toHaveLength(14);
  expect(offered('kleros@1', 'product')).toEqual([products, products]);
});

test('other spellings of a priority are understood', () => {
  for (const [name, answer, id] of [
    ['tradebot@1', 'P3 - średni', 'P3'],
    ['tradebot@1', 'high', 'P2'],
    ['tradebot@1', 'P1 — KRYTYCZNY', 'P1'],
    ['transport@1', 'P4: scăzut', 'P4'],
    ['transport@1', 'Scăzută', 'P4'],
    ['classroom@1', 'p0 - incident', 'P0'],
    ['classroom@1', 'критический', 'P1'],
    ['trkv@1', 'P2', 'high'],
    ['kleros@1', 'major  issue', 'emergency'],
    ['standard@1', 'Blocker', 'P1'],
  ] as const)
    expect(matchPriority(policyOf(name), answer)?.id, `${name} ${answer}`).toBe(id);
});
