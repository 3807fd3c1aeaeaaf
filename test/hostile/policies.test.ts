import { afterEach, describe, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';
import { effortMs } from '../support/effort.ts';
import { allOffences } from './said.ts';

const GOOD = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
const BOMB = [
  'a: &a ["x","x","x","x","x","x","x","x","x"]',
  ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`)}]`),
].join('\n');
const HOSTILE: readonly (readonly [claim: string, text: string])[] = [
  ['100,000 brackets', '['.repeat(100_000)],
  ['500 levels of maps', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['2 MB, which GitHub does not hand out', Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['an alias bomb', BOMB],
  ['an alias that holds itself', 'a: &a\n  b: *a\n'],
  ['900,000 characters in one value', `language: ${'x'.repeat(900_000)}`],
  ['30,000 lines of unknown keys', Array.from({ length: 30_000 }, (_, i) => `key${i}: 1`).join('\n')],
  ['10,000 priorities', `priorities: [${Array.from({ length: 10_000 }, (_, i) => `{ id: P${i} }`).join(', ')}]`],
  ['bytes of a program', `\u007fELF\u0001\u0001\u0000${'\ufffd\u0000'.repeat(2_000)}`],
  ['a tag that makes a function', 'language: !!js/function "function () { process.exit(1) }"'],
  ['keys of the prototype', '__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }'],
  [
    'HTML, mentions and links in unknown keys',
    '"<img src=x> @everyone #1 [x](https://evil.example)": "</td><script>"\n"![x](https://evil.example)": 1',
  ],
  ['names that turn the direction of writing', 'timezone: "\\u202eEurope/Berlin"\nlanguage: "\\u0000"'],
  ['two documents', 'language: en\n---\nlanguage: pl\n'],
  ['a preset that is a path', 'extends: ../../../etc/passwd'],
];

let desk: TestDesk;
afterEach(() => desk.close());

/** Conclusions of our runs on the newest commit of the file. */
function runsOn(commit: string): { conclusion: string | null; annotations: readonly unknown[]; title: string | null }[] {
  const { checks } = desk.twin.world.theRepo(REPO);
  return Object.values(checks)
    .filter((run) => run.headSha === commit)
    .map(({ conclusion, annotations, output }) => ({ conclusion, annotations, title: output.title }));
}

describe('a support.yml that would hurt', { timeout: 180_000 }, () => {
  test('gets one red check run, quickly, and the last good policy stays in force', async () => {
    desk = await TestDesk.open({ policy: GOOD });
    for (const [claim, text] of HOSTILE) {
      const start = effortMs();
      const commit = desk.act.commitFile(REPO, '.github/support.yml', text, 'mark');
      await desk.settle();
      const took = effortMs() - start;
      const runs = runsOn(commit);
      expect(runs, claim).toMatchObject([{ conclusion: 'failure' }]);
      expect(runs[0]!.annotations.length, claim).toBeGreaterThan(0);
      expect(runs[0]!.annotations.length, claim).toBeLessThanOrEqual(50);
      expect(took, claim).toBeLessThan(6_000);
      const number = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
      expect(desk.labelsOf(number), claim).toEqual(['P1: critical', '🔴 received']);
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    await desk.forward('3h');
    expect(desk.pagesOf(1).length).toBeGreaterThan(0);
    expect(allOffences(desk.twin.requests, ['@petra'])).toEqual([]);
    const commit = desk.act.commitFile(REPO, '.github/support.yml', `${GOOD}language: pl\n`, 'mark');
    await desk.settle();
    expect(runsOn(commit)).toMatchObject([{ conclusion: 'success' }]);
  });

  test('as the first file of a repository does nothing but the red check run', async () => {
    desk = await TestDesk.open({ policy: BOMB });
    const number = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    await desk.forward('2d');
    expect(desk.commentsOf(number)).toEqual([]);
    expect(desk.labelsOf(number)).toEqual([]);
    const writes = desk.twin.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/access_tokens'));
    expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api/v3/repos/acme/desk/check-runs']);
  });

  test('that is valid and full of markup says it as plain text', async () => {
    const evil = '</td><script>@everyone #1 ![x](https://evil.example) <!--';
    const policy = `${GOOD}
priorities:
  - { id: P1, name: '${evil}', label: "P1", calendar: 'office', targets: { first_response: 1h } }
  - { id: P2, name: "| a | b | \\\\", calendar: always, targets: { resolution: 1d } }
default_priority: P1
products: [{ id: web, name: '${evil}', label: web }]
categories: [{ id: login, name: '<b>@everyone</b>', label: login }]
intake: { fields: { priority: priority, product: product, category: category } }
markers: { received: { emoji: "<b>", label: "x" } }
`;
    desk = await TestDesk.open({ policy });
    const body = '### Priority\n\nP1\n\n### Product\n\nweb\n\n### Category\n\nlogin\n';
    const number = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body });
    await desk.settle();
    await desk.says(number, 'rita', '/sla\n/help');
    await desk.says(number, 'mark', '/priority nothing');
    await desk.forward('2d');
    expect(desk.labelsOf(number)).toEqual(expect.arrayContaining(['P1', 'web', 'login', 'x']));
    // A label's description is plain text on GitHub, whatever it holds.
    const said = allOffences(desk.twin.requests, ['@petra', '@mark', '@sara']).filter(
      (one) => !/^POST \S+\/labels (name|description):/.test(one),
    );
    expect(said).toEqual([]);
  });
});

describe('words of a policy that a regular expression would choke on', { timeout: 180_000 }, () => {
  const SLOW = ['(a+)+$', '(a|a)*b', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*.*.*.*.*.*.*.*.*.*)=x', '[a', '(?=x', '\\d', 'a*+?'];

  test('are compared as they stand: none is a pattern, and no answer takes long', async () => {
    const list = (key: string) =>
      `${key}: [${SLOW.map((text, i) => `{ id: x${i}, name: '${text}', label: '${key} ${i}', aliases: ['${text} too'] }`).join(', ')}]`;
    const own = `${list('products')}\n${list('categories')}\nintake: { labels: [${SLOW.map((text) => `'${text}'`).join(', ')}], fields: { product: product, category: category } }\n`;
    const form = `name: Broken\ndescription: d\nbody:\n  - { type: input, id: product, attributes: { label: Product } }\n  - { type: input, id: category, attributes: { label: Category } }\n`;
    desk = await TestDesk.open({ policy: `${GOOD}${own}`, forms: { 'bug.yml': form } });
    const policy = Object.values(desk.twin.world.theRepo(REPO).checks)[0];
    expect([policy?.conclusion, policy?.annotations]).toEqual(['success', []]);
    for (const name of SLOW) desk.act.createLabel(REPO, { name }, 'mark');
    const start = effortMs();
    for (const answer of [`${'a'.repeat(60_000)}!`, 'ab'.repeat(30_000), `${'x='.repeat(30_000)}`, ...SLOW]) {
      const body = `### Product\n\n${answer}\n\n### Category\n\n${answer}\n`;
      const number = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: body.slice(0, 65_536), labels: [SLOW[0]!] });
      await desk.settle();
      desk.act.comment(REPO, number, `/product ${answer}`.slice(0, 65_000), 'mark');
      await desk.settle();
      const i = SLOW.indexOf(answer);
      expect(desk.labelsOf(number).filter((label) => /^(products|categories) /.test(label))).toEqual(
        i < 0 ? [] : [`categories ${i}`, `products ${i}`],
      );
    }
    expect(effortMs() - start).toBeLessThan(15_000);
    expect(allOffences(desk.twin.requests, ['@petra'])).toEqual([]);
  });
});

describe('issue forms that are broken', { timeout: 180_000 }, () => {
  test('are passed over; the one that is not is read', async () => {
    const field = (i: number) => `  - { type: input, id: f${i}, attributes: { label: "F ${i}" } }`;
    desk = await TestDesk.open({
      policy: GOOD,
      forms: {
        'brackets.yml': '['.repeat(50_000),
        'bomb.yml': BOMB,
        'text.yml': 'just a text',
        'list.yml': '- a\n- b\n',
        'wrong.yml': 'name: 1\nbody: { type: input }\n',
        'types.yml':
          'name: x\ndescription: y\nbody: [null, 1, "x", [], { type: 7 }, { type: dropdown, attributes: { label: {}, options: 5 } }]\n',
        'proto.yml': 'name: x\ndescription: y\n__proto__: { body: [] }\nbody: []\n',
        'many.yml': `name: many\ndescription: d\nbody:\n${Array.from({ length: 3_000 }, (_, i) => field(i)).join('\n')}`,
        'huge.yml': `name: huge\ndescription: ${'x'.repeat(700_000)}\nbody:\n${field(1)}`,
        'zz-good.yml':
          'name: Good\ndescription: d\nbody:\n  - { type: dropdown, id: urgency, attributes: { label: How bad, options: ["P1 – Critical", "P4 – Low"] } }\n  - { type: input, id: what, attributes: { label: What } }\n',
      },
      files: { '.github/ISSUE_TEMPLATE/notes.md': '# not a form', '.github/ISSUE_TEMPLATE/sub/deep.yml': 'name: deep' },
    });
    desk.act.commitFile(REPO, '.github/support.yml', `${GOOD}intake: { fields: { priority: urgency } }\n`, 'mark');
    await desk.settle();
    const number = await desk.files('rita', 'zz-good.yml', { urgency: 'P1 – Critical', what: 'all' });
    expect(desk.labelsOf(number)).toEqual(['P1: critical', '🔴 received']);
    const other = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: '### F 1\n\nx\n' });
    await desk.settle();
    expect(desk.labelsOf(other)).toEqual(['P3: medium', '🔴 received']);
    expect(allOffences(desk.twin.requests, ['@petra'])).toEqual([]);
  });
});

describe('a repository that is very full', { timeout: 180_000 }, () => {
  test('5,000 labels neither confuse the desk nor make it read them all for each ticket', async () => {
    const labels = [...Array.from({ length: 5_000 }, (_, i) => ({ name: `label ${i}` })), { name: 'P1: CRITICAL', color: '000000' }];
    desk = await TestDesk.open({
      policy: GOOD,
      before: ({ act }) => {
        for (const label of labels) act.createLabel(REPO, label, 'mark');
      },
    });
    const first = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    expect(desk.labelsOf(first).map((name) => name.toLowerCase())).toEqual(['p1: critical', '🔴 received']);
    const before = desk.twin.requests.length;
    const second = desk.act.openIssue(REPO, { by: 'rita', title: 'x', labels: labels.slice(0, 90).map(({ name }) => name) });
    await desk.settle();
    expect(desk.labelsOf(second)).toEqual(expect.arrayContaining(['P3: medium', '🔴 received', 'label 0', 'label 89']));
    expect(desk.labelsOf(second)).toHaveLength(92);
    expect(desk.twin.requests.length - before).toBeLessThan(40);
  });
});
