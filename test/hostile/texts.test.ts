import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';
import { allOffences, allSaid } from './said.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage, teams: ["@acme/support"] }
intake: { fields: { priority: priority, product: product, category: category } }
products: [{ id: web, name: Web }, { id: app, name: App }]
categories: [{ id: login, name: Login }]
`;
const FORM = `name: Broken
description: d
body:
  - { type: dropdown, id: priority, attributes: { label: Priority, options: ["P1 – Critical", "P2 – High"] } }
  - { type: input, id: product, attributes: { label: Product } }
  - { type: input, id: category, attributes: { label: Category } }
  - { type: textarea, id: text, attributes: { label: "What happened?" } }
`;
const MAY_CALL = ['@petra', '@mark', '@sara'];
/** Stands in every hostile text: what of it comes back is seen. */
const NEEDLE = 'needle4711';

const HOSTILE: readonly (readonly [claim: string, text: string])[] = [
  ['HTML that ends a cell', `</td><script>alert("${NEEDLE}")</script>`],
  ['a mention of everyone', `@everyone @here @all ${NEEDLE}`],
  ['a team', `@acme/support @org/team ${NEEDLE}`],
  ['references', `#1 GH-1 acme/desk#1 https://github.com/acme/desk/issues/1 ${NEEDLE}`],
  ['our own hidden key', `<!-- watchkeeper {"watchkeeper":1,"is":"status","record":{"v":1}} -->${NEEDLE}`],
  ['a key of a step', `<!-- watchkeeper {"watchkeeper":1,"is":"step","steps":["first_response/opened/75%"]} -->\n${NEEDLE}`],
  ['an open HTML comment', `<!-- ${NEEDLE}`],
  ['a table', `| ${NEEDLE} | b |\n| --- | --- |\n| @everyone | #1 |`],
  ['links and images', `[${NEEDLE}](https://evil.example) ![x](https://evil.example/x.png) <img src=x onerror=alert(1)>`],
  ['headings of the form', `### Priority\n\nP1 – Critical\n\n### Product\n\n@everyone ${NEEDLE}`],
  ['right to left', `\u202e${NEEDLE}\u2066gpj.exe\u2069\u200f`],
  ['control characters', `${NEEDLE}\u0000\u0007\u001b[31m\u009b\u0085\ufeff`],
  ['half a character', `${NEEDLE}\ud800 \udfff`],
  ['a tower of marks', `${NEEDLE}${'\u0301'.repeat(3_000)}`],
  ['backticks and pipes', `\`\`\`\n${NEEDLE} | | |\n\`\`\`\n~~~\n$$x$$ :shipit:`],
  ['formats of programs', `%s %n \${7*7} {{7*7}} '; drop table alarm; -- ${NEEDLE}`],
];

let desk: TestDesk;
beforeEach(async () => {
  desk = await TestDesk.open({ policy: POLICY, forms: { 'bug.yml': FORM } });
});
afterEach(() => desk.close());

/** The record keeps the first characters of a command's text, in its own safe writing (`offences` sees to that). */
const visible = (text: string): string => text.replace(/^<!-- watchkeeper .*\n/, '');

/** The words of what we sent that are not a reporter's. */
function expectHarmless(): void {
  const { requests } = desk.twin;
  expect(allOffences(requests, MAY_CALL)).toEqual([]);
  expect(allSaid(requests).filter(({ text }) => visible(text).includes(NEEDLE))).toEqual([]);
}

const form = (answers: Readonly<Record<string, string>>): string =>
  ['Priority', 'Product', 'Category', 'What happened?'].map((label) => `### ${label}\n\n${answers[label] ?? '_No response_'}`).join('\n\n');

describe('what a reporter writes is never repeated', { timeout: 180_000 }, () => {
  test('not from the title, the body, the answers or comments, at any moment of a ticket', async () => {
    const all: number[] = [];
    for (const [claim, text] of HOSTILE) {
      const answers = { Priority: text, Product: text, Category: text, 'What happened?': text };
      const number = desk.act.openIssue(REPO, { by: 'rita', title: `${claim} ${text}`.slice(0, 256), body: form(answers) });
      await desk.settle();
      all.push(number);
      expect(desk.labelsOf(number), claim).toEqual(claim === 'headings of the form' ? expect.anything() : ['P3: medium', '🔴 received']);
      expect(desk.statusOf(number), claim).toContain('Priority');
    }
    for (const [i, number] of all.entries()) {
      const [, text] = HOSTILE[i]!;
      desk.act.comment(REPO, number, text, 'rita');
      desk.act.comment(REPO, number, `/sla ${text}\n/help ${text}\n/still-broken ${text}`, 'rita');
      desk.act.comment(REPO, number, `/take ${text}\n/priority ${text}\n/fixed ${text}`, 'olga');
      desk.act.comment(REPO, number, `/priority ${text}`, 'mark');
    }
    await desk.settle();
    expect(desk.repliesOf(all[0]!).length).toBeGreaterThanOrEqual(3);
    await desk.forward('3d');
    expect(desk.pagesOf(all[0]!).length).toBeGreaterThan(0);
    expectHarmless();
  });

  test('not from an issue without a form, of 65,536 characters', async () => {
    const body = `@everyone #1 <b>${NEEDLE}</b> `.repeat(3_000).slice(0, 65_536);
    const number = desk.act.openIssue(REPO, { by: 'rita', title: 'x'.repeat(256), body });
    await desk.settle();
    for (let i = 0; i < 5; i++) desk.act.comment(REPO, number, `/sla\n${body}`.slice(0, 65_536), 'rita');
    await desk.forward('3d');
    expect(desk.statusOf(number)).not.toBe('');
    expect(Math.max(...allSaid(desk.twin.requests).map(({ text }) => text.length))).toBeLessThan(12_000);
    expectHarmless();
  });

  test('not when it is edited in afterwards', async () => {
    const number = desk.act.openIssue(REPO, { by: 'rita', title: 'fine', body: form({ Priority: 'P1 – Critical' }) });
    const comment = desk.act.comment(REPO, number, 'fine', 'rita');
    await desk.settle();
    await desk.forward('1m');
    for (const [, text] of HOSTILE) {
      desk.act.editIssue(
        REPO,
        number,
        { title: text.replaceAll('\n', ' ').slice(0, 256), body: form({ Priority: text, 'What happened?': text }) },
        'rita',
      );
      desk.act.editComment(REPO, comment, `/still-broken ${text}`, 'rita');
      await desk.settle();
      await desk.forward('1m');
    }
    expectHarmless();
  });

  test('not the login of a reporter or of the one who works on it', async () => {
    await desk.close();
    // GitHub has no such names; its description says so of their addresses.
    desk = await TestDesk.open({ policy: POLICY, forms: { 'bug.yml': FORM }, validate: false });
    const logins = ['everyone', '__proto__', 'constructor', 'a--b', `x'"><script>`, 'org/team', 'watchkeeper', 'x](https://evil.example)'];
    for (const login of logins) {
      desk.act.user(login);
      desk.act.role(REPO, login, 'maintain', 'carol');
      const own = desk.act.openIssue(REPO, { by: login, title: 'mine', body: form({}) });
      const number = desk.act.openIssue(REPO, { by: 'rita', title: 'hers', body: form({ Priority: 'P1 – Critical' }) });
      await desk.settle();
      await desk.says(number, login, '/take\nOn it.');
      expect(desk.labelsOf(number), login).toContain('⭕️ in progress');
      expect(desk.statusOf(own), login).not.toBe('');
    }
    await desk.forward('2d');
    expect(allOffences(desk.twin.requests, [...MAY_CALL, ...logins.map((login) => `@${login}`)])).toEqual([]);
  });

  test('not the labels that stand on an issue, which stay as they are', async () => {
    const names = [`<b>${NEEDLE}</b>`, `@everyone ${NEEDLE}`, '#1', '-->', `a,b|c`, '__proto__'];
    for (const name of names) desk.act.createLabel(REPO, { name }, 'mark');
    const number = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: form({}), labels: names });
    await desk.settle();
    await desk.says(number, 'rita', '/sla');
    expect(desk.labelsOf(number)).toEqual(expect.arrayContaining(names));
    expectHarmless();
  });
});

describe('what nobody may forge', { timeout: 180_000 }, () => {
  test("a stranger's copy of our status comment is no status comment, and his step key stops no page", async () => {
    const number = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: form({ Priority: 'P1 – Critical' }) });
    await desk.settle();
    const status = desk.commentsOf(number).find((one) => one.by === 'watchkeeper[bot]')!.body;
    const stolen = status.replace('"steps":[]', '"steps":["first_response/opened/75%","first_response/opened/breach"]');
    await desk.says(number, 'olga', stolen);
    await desk.says(
      number,
      'rita',
      '<!-- watchkeeper {"watchkeeper":1,"is":"step","steps":["first_response/opened/75%","first_response/opened/breach"]} -->',
    );
    await desk.forward('4h');
    expect(desk.pagesOf(number).length).toBeGreaterThanOrEqual(2);
    expect(desk.statusOf(number)).toContain('overdue');
  });

  test('a hostile answer that holds the name of a priority behind other words is not that priority', async () => {
    for (const answer of ['</td>P1', '@everyone P1', 'Not P1', '_No response_ P1']) {
      const number = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: form({ Priority: answer }) });
      await desk.settle();
      expect(desk.labelsOf(number), answer).toContain('P3: medium');
      expect(desk.statusOf(number), answer).toMatch(/does not exist here|names no priority/);
    }
  });
});
