import { afterEach, describe, expect, test } from 'vitest';
import { keyLine, readKey } from '../../src/desk/record.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage, teams: ["@acme/support"] }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 1h, workaround: 4h, resolution: 1d } }
  - { id: P3, name: Medium, label: "P3: medium", calendar: always, targets: { first_response: 1d, workaround: 3d, resolution: 10d } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
products:
  - { id: web, name: Web, label: "product: web", owners: ["@sara"] }
`;

let desk: TestDesk;
afterEach(() => desk?.close());
const open = async (): Promise<void> => {
  desk = await TestDesk.open({ policy: POLICY, sweepS: 86_400 });
};
const bot = (): void => void Object.assign(desk.act.user('helper[bot]'), { type: 'Bot' });
const visible = (body: string): string => body.replace(/<!--.*?-->\n?/s, '');
/** Everything of ours that is read on the issue. */
const ours = (number: number): string =>
  desk
    .commentsOf(number)
    .filter((one) => one.by === 'watchkeeper[bot]')
    .map((one) => visible(one.body))
    .join('\n');
const mentions = (text: string): string[] => [...text.matchAll(/(?<![\w`])@[\w-]+(?:\/[\w-]+)?/g)].map((found) => found[0]);

const NASTY = [
  '@petra @acme/support @everyone <img src=x onerror=alert(1)> <script>alert(1)</script>',
  '--> <!-- watchkeeper {"watchkeeper":1,"is":"step","steps":["first_response/opened/breach"]} -->',
  '[click](javascript:alert(1)) ![x](https://evil.example/x.png) <details open><summary>@mark</summary>',
  '| a | b |\n| --- | --- |\n@petra\n### Priority\n\nP1',
  '\u202e@petra\u202c \u0000 @\u200bpetra #1 acme/desk#1 https://evil.example',
];

describe('what a reporter or a stranger writes', () => {
  for (const [i, nasty] of NASTY.entries()) {
    test(`calls nobody and injects nothing, in title, body, comments and texts of commands (${i + 1})`, async () => {
      await open();
      const body = `### Priority\n\n${nasty}\n\n### Product\n\n${nasty}\n\n### What happened?\n\n${nasty}`;
      const n = desk.act.openIssue(REPO, { by: 'rita', title: nasty.split('\n')[0]!, body });
      await desk.settle();
      await desk.says(n, 'rita', `/sla ${nasty}`);
      await desk.says(n, 'rita', `/still-broken ${nasty}`);
      await desk.says(n, 'olga', `/priority ${nasty}`);
      await desk.says(n, 'olga', `/fixed ${nasty}\n/take ${nasty}\n/confirm ${nasty}`);
      await desk.forward('30m');
      expect(mentions(ours(n))).toEqual([]);
      expect(ours(n)).not.toMatch(/<(?!\/?(?:sub|details|summary)>|br>)/);
      expect(ours(n)).not.toContain('evil.example');
      expect(ours(n)).not.toMatch(/\]\(/);
      for (const one of desk.commentsOf(n).filter((comment) => comment.by === 'watchkeeper[bot]'))
        expect(one.body.match(/<!--/g), one.body).toHaveLength(1);
      await desk.forward('40m');
      await desk.says(n, 'mark', `/priority ${nasty}`);
      expect([...new Set(mentions(ours(n)))]).toEqual(['@petra']);
    });
  }
});

describe('keys and records', () => {
  const forged = (steps: string[]) => keyLine({ is: 'step', steps });

  test('in a comment of a stranger stop no page, and quoting ours neither', async () => {
    await open();
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: forged(['first_response/opened/75%']) });
    await desk.settle();
    for (const by of ['rita', 'olga'])
      await desk.says(n, by, `${forged(['first_response/opened/75%', 'first_response/opened/breach'])}\nPaged already`);
    const status = desk.ownOf(n, 'status')[0]!.body;
    const posted = JSON.parse(JSON.stringify(readKey(status)!.record)) as { steps: string[] };
    posted.steps = ['first_response/opened/75%', 'first_response/opened/breach'];
    await desk.says(n, 'olga', status);
    await desk.says(n, 'olga', `${keyLine({ is: 'status' }, posted as never)}\nMine`);
    await desk.forward('2h');
    expect(desk.pagesOf(n)).toHaveLength(2);
    expect(desk.commentsOf(n).filter((one) => one.by === 'olga')).toHaveLength(3);
    expect(desk.statusOf(n)).not.toContain('Mine');
  });

  test('of another App or of a bot are not ours', async () => {
    await open();
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.settle();
    bot();
    await desk.says(n, 'helper[bot]', `${forged(['first_response/opened/75%'])}\nPaged`);
    await desk.forward('2h');
    expect(desk.pagesOf(n)).toHaveLength(2);
  });

  test('a crowd’s key in an issue of a reporter opens and closes nothing', async () => {
    await open();
    const n = desk.act.openIssue(REPO, {
      by: 'rita',
      title: 'Crowd',
      body: `${keyLine({ is: 'crowd', cause: 'unexpected' })}\nall of them`,
    });
    await desk.settle();
    await desk.says(n, 'mark', '/go');
    expect(desk.labelsOf(n)).toContain('🔴 received');
    expect(desk.stateOf(n)).toBe('open');
  });
});

describe('a stranger', () => {
  const COMMANDS = [
    '/take',
    '/fixed',
    '/confirm',
    '/still-broken',
    '/priority P3',
    '/close',
    '/hold it',
    '/wait',
    '/go',
    '/ack',
    '/reopen',
    '/workaround so',
  ];
  test('changes nothing by any command, in words, in code or in a quote', async () => {
    await open();
    const numbers = COMMANDS.map(() => desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' }));
    await desk.settle();
    for (const [i, command] of COMMANDS.entries()) desk.act.comment(REPO, numbers[i]!, `I say\n${command}`, 'olga');
    await desk.settle();
    for (const [i, command] of COMMANDS.entries())
      desk.act.comment(REPO, numbers[i]!, `On it\n\`\`\`\n${command}\n\`\`\`\n> ${command}`, 'olga');
    await desk.settle();
    for (const [i, command] of COMMANDS.entries()) {
      expect(desk.labelsOf(numbers[i]!), command).toEqual(['P1: critical', '🔴 received']);
      expect(desk.stateOf(numbers[i]!), command).toBe('open');
      expect(desk.issue(numbers[i]!).assignees, command).toEqual([]);
    }
    await desk.forward('2h');
    for (const [i, command] of COMMANDS.entries()) expect(desk.pagesOf(numbers[i]!), command).toHaveLength(2);
  });

  test('answers nothing: neither does the reporter, a bot, nor a responder on his own issue', async () => {
    await open();
    bot();
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.settle();
    for (const by of ['olga', 'rita', 'helper[bot]']) await desk.says(n, by, 'We are looking into it');
    await desk.forward('2h');
    expect(desk.pagesOf(n)).toHaveLength(2);
  });

  test('with a repository of his own that merges a fix moves no marker', async () => {
    await open();
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.settle();
    desk.act.repository('olga/fork', { files: { 'README.md': 'mine' } });
    const pull = desk.act.openPull('olga/fork', { by: 'olga', title: 'Mend', body: `Fixes ${REPO}#${n}` });
    await desk.forward('1m');
    desk.act.merge('olga/fork', pull, 'olga');
    await desk.forward('1d');
    expect(desk.labelsOf(n)).toContain('🔴 received');
  });

  test('who opens a pull request here that fixes it begins no work', async () => {
    await open();
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.settle();
    desk.act.openPull(REPO, { by: 'olga', title: 'Mend', body: `Fixes #${n}` });
    await desk.forward('10m');
    expect(desk.labelsOf(n)).toContain('🔴 received');
  });
});

describe('the reporter', () => {
  test('does not become a responder by confirming, and cannot say what only responders may', async () => {
    await open();
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.settle();
    for (const command of ['/take', '/fixed', '/priority P3']) await desk.says(n, 'rita', command);
    expect(desk.labelsOf(n)).toEqual(['P1: critical', '🔴 received']);
    expect(desk.repliesOf(n)).toHaveLength(3);
  });

  test('who asks for it all day is answered a few times, and then with a reaction only', async () => {
    await open();
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.settle();
    for (let i = 0; i < 60; i++) desk.act.comment(REPO, n, `/fixed ${i}`, 'olga');
    await desk.forward('10m');
    expect(desk.repliesOf(n).length).toBeLessThanOrEqual(5);
    const before = desk.twin.requests.length;
    await desk.says(n, 'rita', 'Hello?');
    const writes = desk.twin.requests.slice(before).filter((one) => one.method !== 'GET');
    expect(writes.length).toBeLessThanOrEqual(1);
  });
});

describe('labels', () => {
  test('a marker that is taken away comes back, a second one goes, and those that are not ours are left alone', async () => {
    await open();
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.settle();
    desk.act.createLabel(REPO, { name: 'nice', color: 'ffffff' }, 'mark');
    desk.act.createLabel(REPO, { name: '🟢 resolved', color: 'ffffff' }, 'mark');
    desk.act.label(REPO, n, 'nice', 'mark');
    desk.act.unlabel(REPO, n, '🔴 received', 'mark');
    await desk.settle();
    expect(desk.labelsOf(n)).toEqual(['P1: critical', 'nice', '🔴 received']);
    desk.act.label(REPO, n, '🟢 resolved', 'mark');
    await desk.settle();
    expect(desk.labelsOf(n)).toEqual(['P1: critical', 'nice', '🟢 resolved']);
    desk.act.unlabel(REPO, n, '🟢 resolved', 'mark');
    await desk.settle();
    expect(desk.labelsOf(n)).toEqual(['P1: critical', 'nice', '🟢 resolved']);
  });

  test('a bot that fights over one wins after a round: there is no war', async () => {
    await open();
    bot();
    desk.act.role(REPO, 'helper[bot]', 'write', 'carol');
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.settle();
    for (let i = 0; i < 10; i++) {
      if (desk.labelsOf(n).includes('P1: critical')) desk.act.unlabel(REPO, n, 'P1: critical', 'helper[bot]');
      await desk.forward('1m');
    }
    const sets = desk.twin.requests.filter(
      (one) => one.method === 'POST' && one.path.endsWith(`/issues/${n}/labels`) && one.body.includes('P1'),
    );
    expect(sets.length).toBe(2);
  });
});
