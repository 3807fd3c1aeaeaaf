import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { markText } from '../../src/desk/mark.ts';
import { type Woken, wakesFor } from '../../src/github/wakes.ts';
import { effortMs } from '../support/effort.ts';

const NOW = instant(1_800_000_000);
const BOT = 'watchkeeper[bot]';
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: unknown[] }[];

const base = {
  installation: { id: 7 },
  repository: { id: 5, name: 'desk', full_name: 'acme/desk', owner: { login: 'acme' }, default_branch: 'main' },
  sender: { login: 'rita', type: 'User' },
};
const issue = { number: 3 };
const short = ({ wakes, forget }: Woken) => [
  ...wakes.map((one) => `${one.subject} ${one.urgency}${one.expect ? ` ${one.expect}` : ''}`),
  ...forget.map((one) => `forget ${one.what}${one.repo === undefined ? '' : ` ${one.repo}`}`),
];
const wake = (name: string, more: object) => short(wakesFor(name, { ...base, ...more }, NOW, BOT));

describe('what wakes whom', () => {
  const comment = { id: 9, body: 'Words' };
  const file = '.github/ISSUE_TEMPLATE/bug.yml';
  const pull = (body: string | null, more: object = {}) => ({ action: 'opened', pull_request: { number: 8, title: 't', body, ...more } });
  const push = (more: object) => ({ ref: 'refs/heads/main', commits: [{ added: [], modified: [], removed: [] }], ...more });
  for (const [claim, name, payload, want] of [
    ['an issue is filed', 'issues', { action: 'opened', issue }, ['issue:5:3 1']],
    ['closed', 'issues', { action: 'closed', issue }, ['issue:5:3 1 closed']],
    ['closed by a bot', 'issues', { action: 'closed', issue, sender: { login: 'stale[bot]', type: 'Bot' } }, ['issue:5:3 5 closed']],
    ['reopened', 'issues', { action: 'reopened', issue }, ['issue:5:3 1 reopened']],
    ['labelled', 'issues', { action: 'labeled', issue, label: { name: 'P1' } }, ['issue:5:3 3 label:P1']],
    ['unlabelled', 'issues', { action: 'unlabeled', issue, label: { name: 'P1' } }, ['issue:5:3 3 unlabel:P1']],
    ['assigned', 'issues', { action: 'assigned', issue, assignee: { login: 'mark' } }, ['issue:5:3 3 assign:mark']],
    ['unassigned', 'issues', { action: 'unassigned', issue, assignee: { login: 'mark' } }, ['issue:5:3 3']],
    ['edited', 'issues', { action: 'edited', issue }, ['issue:5:3 3']],
    [
      'another title',
      'issues',
      { action: 'edited', issue: { ...issue, title: 'New' }, changes: { title: { from: 'Old' } } },
      [`issue:5:3 3 title:${markText('New')}`],
    ],
    ['the same title', 'issues', { action: 'edited', issue: { ...issue, title: 'New' }, changes: { body: { from: '' } } }, ['issue:5:3 3']],
    ['deleted', 'issues', { action: 'deleted', issue }, ['issue:5:3 3']],
    ['moved away', 'issues', { action: 'transferred', issue }, ['issue:5:3 3']],
    ['a milestone is nothing to us', 'issues', { action: 'milestoned', issue }, []],
    [
      'what we did ourselves',
      'issues',
      { action: 'labeled', issue, label: { name: 'P1' }, sender: { login: 'Watchkeeper[bot]', type: 'Bot' } },
      [],
    ],
    ['a comment', 'issue_comment', { action: 'created', issue, comment }, ['issue:5:3 3 comment:9']],
    [
      'a comment with a command',
      'issue_comment',
      { action: 'created', issue, comment: { id: 9, body: 'So\n/take' } },
      ['issue:5:3 1 comment:9'],
    ],
    ['a comment edited', 'issue_comment', { action: 'edited', issue, comment }, ['issue:5:3 3']],
    ['a comment deleted', 'issue_comment', { action: 'deleted', issue, comment }, ['issue:5:3 3']],
    ['a comment on a pull request', 'issue_comment', { action: 'created', issue: { number: 3, pull_request: {} }, comment }, []],
    [
      'a pull request that closes issues here',
      'pull_request',
      pull('Fixes #3, closes acme/desk#4 and resolves: https://github.com/ACME/desk/issues/6'),
      ['issue:5:3 3', 'issue:5:4 3', 'issue:5:6 3', 'pull:5:8 3'],
    ],
    ['one that only speaks of them, or closes others’', 'pull_request', pull('See #3, fixes other/desk#4, prefix #5'), ['pull:5:8 3']],
    [
      'one whose words went away',
      'pull_request',
      { ...pull(null), action: 'edited', changes: { body: { from: 'Fix #3' } } },
      ['issue:5:3 3', 'pull:5:8 3'],
    ],
    ['one that got a commit', 'pull_request', { ...pull('Fixes #3'), action: 'synchronize' }, []],
    [
      'a push of the policy',
      'push',
      push({ commits: [{ added: [], modified: ['.github/support.yml'], removed: [] }] }),
      ['repository:5 2', 'forget forms 5'],
    ],
    ['a push of a form', 'push', push({ commits: [{ added: [file] }] }), ['repository:5 2', 'forget forms 5']],
    ['a push of a form that went', 'push', push({ commits: [{ removed: [file] }] }), ['repository:5 2', 'forget forms 5']],
    ['a push of something else', 'push', push({ commits: [{ modified: ['docs/.github/support.yml', '.github/support.yml.bak'] }] }), []],
    ['a push to another branch', 'push', push({ ref: 'refs/heads/next', commits: [{ modified: ['.github/support.yml'] }] }), []],
    ['a forced push', 'push', push({ forced: true }), ['repository:5 2', 'forget forms 5']],
    [
      'the owner’s policy',
      'push',
      { ...push({ commits: [{ modified: ['.github/support.yml'] }] }), repository: { ...base.repository, name: '.github' } },
      ['repository:5 2', 'app 2 every:7', 'forget forms 5'],
    ],
    [
      'installed',
      'installation',
      { action: 'created', repositories: [{ id: 5 }, { id: 6 }] },
      ['app 2 list:7', 'repository:5 2', 'repository:6 2', 'forget people'],
    ],
    [
      'repositories come and go',
      'installation_repositories',
      { action: 'added', repositories_added: [{ id: 5 }], repositories_removed: [{ id: 6 }] },
      ['app 2 list:7,removed:7:6', 'repository:5 2', 'forget people'],
    ],
    ['uninstalled', 'installation', { action: 'deleted', repositories: [{ id: 5 }] }, ['app 2 deleted:7', 'forget people']],
    ['other permissions', 'installation', { action: 'new_permissions_accepted' }, ['app 2 list:7', 'forget people']],
    ['renamed', 'repository', { action: 'renamed' }, ['repository:5 2', 'app 2 list:7', 'forget people']],
    ['given away', 'repository', { action: 'transferred' }, ['repository:5 2', 'app 2 list:7', 'forget people']],
    ['archived', 'repository', { action: 'archived' }, ['repository:5 2', 'forget people']],
    ['a repository deleted', 'repository', { action: 'deleted' }, ['repository:5 2', 'app 2 removed:7:5', 'forget people']],
    ['made private', 'repository', { action: 'privatized' }, ['repository:5 2', 'forget people']],
    ['a collaborator', 'member', { action: 'added' }, ['forget people']],
    ['a team', 'membership', { action: 'removed', repository: undefined }, ['forget people']],
    ['a label edited', 'label', { action: 'edited' }, ['repository:5 2', 'forget labels 5']],
    ['a check to be made again', 'check_run', { action: 'rerequested' }, ['repository:5 2 recheck']],
    ['a check that ended', 'check_run', { action: 'completed' }, []],
    ['an event that nobody knows', 'quantum', { action: 'opened', issue }, []],
  ] as const)
    test(claim, () => expect(wake(name, payload)).toEqual(want));

  test('the look waits two seconds', () => {
    expect(wakesFor('issues', { ...base, action: 'opened', issue }, NOW).wakes).toEqual([
      { subject: 'issue:5:3', installation: 7, dueAt: NOW + 2, urgency: 1 },
    ]);
  });

  test('an App that comes to five thousand repositories wakes the first hundred, and its own look, which lists the others', () => {
    const repositories = [...Array(5_000)].map((_, i) => ({ id: i + 1 }));
    const { wakes } = wakesFor('installation', { ...base, action: 'created', repositories }, NOW);
    expect(wakes).toHaveLength(101);
    // The look at the App belongs to no installation: it must not go with one.
    expect(wakes[0]).toEqual({ subject: 'app', installation: 0, dueAt: NOW + 2, urgency: 2, expect: ['list:7'] });
  });

  test('a pull request that closes a thousand issues wakes thirty', () => {
    const body = [...Array(1000)].map((_, i) => `Fixes #${i + 1}`).join('\n');
    expect(wake('pull_request', pull(body))).toHaveLength(31);
  });
});

describe('payloads of any shape', () => {
  const names = [
    'issues',
    'issue_comment',
    'pull_request',
    'push',
    'installation',
    'installation_repositories',
    'repository',
    'label',
    'member',
    'check_run',
    '__proto__',
    '',
  ];
  for (const [claim, payload] of [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'text'],
    ['a list', []],
    ['no installation', { action: 'opened', issue }],
    ['an installation that is no number', { ...base, installation: { id: 'x' }, action: 'opened', issue }],
    ['an issue that is none', { ...base, action: 'opened', issue: { number: {} }, comment: 5, pull_request: null, commits: 'x', ref: 3 }],
    ['keys of prototypes', JSON.parse('{"__proto__":{"installation":{"id":7}},"constructor":1}')],
  ] as const)
    test(`${claim} wakes no issue and throws nothing`, () => {
      for (const name of names)
        expect(wakesFor(name, payload, NOW, BOT).wakes.filter((one) => one.subject.startsWith('issue'))).toEqual([]);
    });

  test('odd edges do not hide what is plain', () => {
    expect(wake('issues', { action: 'labeled', issue, label: null, sender: null })).toEqual(['issue:5:3 3']);
    expect(wake('issue_comment', { action: 'created', issue, comment: { id: 9, body: null } })).toEqual(['issue:5:3 3 comment:9']);
  });

  test('a body that is one long keyword is read in linear time', () => {
    const start = effortMs();
    wake('pull_request', { action: 'opened', pull_request: { number: 8, title: '', body: 'fixes '.repeat(50_000) + 'a/'.repeat(50_000) } });
    wake('pull_request', { action: 'opened', pull_request: { number: 8, title: '', body: `fix ${' '.repeat(200_000)}` } });
    expect(effortMs() - start).toBeLessThan(500);
  });

  test('no official example makes it throw, and those of issues wake theirs', () => {
    let woken = 0;
    for (const { name, examples: payloads } of examples)
      for (const payload of payloads) woken += wakesFor(name, payload, NOW, BOT).wakes.length;
    expect(woken).toBeGreaterThan(0);
    const issues = examples.find((one) => one.name === 'issues')!.examples as Record<string, unknown>[];
    const opened = issues.find((one) => one.action === 'opened')!;
    expect(wakesFor('issues', { ...opened, installation: { id: 7 } }, NOW).wakes[0]?.subject).toMatch(/^issue:\d+:\d+$/);
  });
});
