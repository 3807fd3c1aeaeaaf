import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCheck } from '../../src/sandbox/world/checks.ts';
import { headOf } from '../../src/sandbox/world/files.ts';
import { QuietPlayground, type Served, servePlayground } from './web-world.ts';

let playground: QuietPlayground;
let served: Served;
beforeEach(async () => {
  playground = new QuietPlayground();
  served = await servePlayground(playground);
});
afterEach(() => served.close());

const P1 = 'P1 – Critical: nothing works, for anybody';
const file = (more: object = {}) => ({
  do: 'file',
  form: 'bug.yml',
  title: 'It is down',
  values: { priority: [P1], description: 'All of it', ...more },
});
const issue = (as: string, number = 1) => served.get(`issue?number=${number}&as=${as}`);

describe('forms', () => {
  test('the chooser knows the forms, what each says, and who may do without', async () => {
    const { forms, blank, problems } = await served.get('forms');
    expect(forms.map((form: { file: string }) => form.file)).toEqual(['bug.yml', 'question.yml']);
    expect(forms[0].body[0]).toMatchObject({ type: 'dropdown', id: 'priority', multiple: false, required: false });
    expect(forms[0].body[0].descriptionHtml).toContain('<p>');
    expect(blank).toBe(false);
    expect(problems).toEqual([]);
  });

  test('a form that GitHub would drop is named with the reason', async () => {
    playground.twin.act.commitFile('acme/desk', '.github/ISSUE_TEMPLATE/bad.yml', 'name: Bad\n', 'mark');
    expect((await served.get('forms')).problems[0]).toContain('bad.yml');
  });

  test('a filed form becomes the issue that GitHub would make of it', async () => {
    expect((await served.act('rita', file())).json).toEqual({ made: 1 });
    expect(playground.settled).toBe(1);
    const { items, title } = await issue('rita');
    expect(title).toBe('It is down');
    expect(items[0].body).toMatch(new RegExp(`^### Priority\n\n${P1}\n\n### What happened\\?\n\nAll of it\n\n`));
    expect(items[0].body).toContain('### Logs\n\n_No response_');
    expect(items[0].html).toContain('<h3>Priority</h3>');
  });

  test.each([
    ['no title', { ...file(), title: ' ' }, 'title'],
    ['a required answer left out', file({ description: ' ' }), 'description'],
    ['an option that the form does not have', file({ priority: ['P0'] }), 'priority'],
    ['two options where one is asked for', file({ priority: [P1, 'P4 – Low: a small thing'] }), 'priority'],
  ])('%s is said beside its field, and nothing is filed', async (_what, act, field) => {
    const { json } = await served.act('rita', act);
    expect(json.refused).toBe('Some fields need an answer.');
    expect(Object.keys(json.fields)).toEqual([field]);
    expect((await served.get('state')).issues).toEqual([]);
  });

  test('without a form only maintainers file, as the repository says', async () => {
    expect((await served.act('rita', { do: 'open', title: 'A', body: 'B' })).json.refused).toContain('by form only');
    expect((await served.act('mark', { do: 'open', title: 'A', body: 'B' })).json).toEqual({ made: 1 });
  });
});

describe('acting as people', () => {
  beforeEach(() => served.act('rita', file()));

  test('nobody acts as the App, its owner, an organization or a stranger', async () => {
    for (const who of ['watchkeeper[bot]', 'app-maker', 'acme', 'nobody']) {
      const { status, json } = await served.act(who, { do: 'comment', number: 1, body: 'x' });
      expect(json.refused ?? status, who).toBeTruthy();
    }
    expect((await issue('rita')).items).toHaveLength(1);
  });

  test('what GitHub does not let somebody do is said in words', async () => {
    playground.twin.act.createLabel('acme/desk', { name: 'later' }, 'mark');
    const { json } = await served.act('olga', { do: 'label', number: 1, label: 'later' });
    expect(json.refused).toBe('Olga Outsider may not do this: it takes the role “triage” in this repository.');
    expect((await served.act('rita', { do: 'comment', number: 1, body: ' ' })).json.refused).toBe('The body is missing.');
    expect((await served.act('rita', { do: 'comment', number: 9, body: 'x' })).json.refused).toBe('That is not there any more.');
  });

  test('each is offered what he may do, and the commands of his part', async () => {
    const offered = async (as: string) => {
      const { may, commands } = await issue(as);
      return { triage: may.triage, close: may.close, merge: may.merge, commands: commands.map((one: { text: string }) => one.text) };
    };
    expect(await offered('rita')).toEqual({
      triage: false,
      close: true,
      merge: false,
      commands: ['/confirm', '/still-broken', '/sla', '/help'],
    });
    expect(await offered('mark')).toMatchObject({ triage: true, merge: true });
    expect((await offered('mark')).commands).toEqual(['/take', '/fixed', '/priority P1', '/still-broken', '/sla', '/help']);
    expect(await offered('olga')).toEqual({ triage: false, close: false, merge: false, commands: [] });
  });

  test('labels, assignees, titles, edits and closings stand in the timeline, labels of one hand together', async () => {
    const { act } = playground.twin;
    for (const name of ['one', 'two', 'three']) act.createLabel('acme/desk', { name }, 'mark');
    for (const label of ['one', 'two']) await served.act('mark', { do: 'label', number: 1, label });
    await served.act('mark', { do: 'unlabel', number: 1, label: 'one' });
    await served.act('petra', { do: 'label', number: 1, label: 'three' });
    await served.act('mark', { do: 'assign', number: 1, login: 'sara' });
    await served.act('mark', { do: 'rename', number: 1, title: 'All is down' });
    const said = (await served.act('mark', { do: 'comment', number: 1, body: 'Looking' })).json.made;
    playground.world.clock.turn(60);
    await served.act('mark', { do: 'edit', number: 1, comment: said, body: 'Looking **now**' });
    await served.act('mark', { do: 'close', number: 1, reason: 'not_planned' });
    await served.act('mark', { do: 'reopen', number: 1 });
    const { items, assignees, labels } = await issue('mark');
    expect(items.slice(1).map((item: { event?: string; kind: string }) => item.event ?? item.kind)).toEqual([
      'labeled',
      'labeled',
      'assigned',
      'renamed',
      'comment',
      'closed',
      'reopened',
    ]);
    expect(items[1].added.map((label: { name: string }) => label.name)).toEqual(['one', 'two']);
    expect(items[1].removed.map((label: { name: string }) => label.name)).toEqual(['one']);
    expect(items[5]).toMatchObject({ part: 'team', html: '<p>Looking <strong>now</strong></p>\n' });
    expect(items[5].edited).toMatch(/11:01$/);
    expect(items[6]).toMatchObject({ reason: 'not_planned' });
    expect(assignees).toEqual([{ login: 'sara', name: 'Sara Second', bot: false }]);
    expect(labels.map((label: { name: string }) => label.name)).toEqual(['two', 'three']);
    await served.act('mark', { do: 'delete', comment: said });
    expect((await issue('mark')).items).toHaveLength(7);
  });

  test('a fix is a pull request that closes the issue when a maintainer merges it', async () => {
    const { made } = (await served.act('olga', { do: 'fix', number: 1, title: 'Start it again' })).json;
    expect((await issue('mark')).fixes).toEqual([{ number: made, title: 'Start it again', state: 'open' }]);
    expect((await served.act('olga', { do: 'merge', number: made })).json.refused).toContain('“write”');
    await served.act('mark', { do: 'merge', number: made });
    const { state, reason, fixes, items } = await issue('mark');
    expect([state, reason, fixes[0].state]).toEqual(['closed', 'completed', 'merged']);
    expect(items.find((item: { event?: string }) => item.event === 'closed').from).toEqual({
      number: made,
      title: 'Start it again',
      isPull: true,
    });
    expect((await served.get('state')).issues).toHaveLength(1);
    expect(await issue('mark', made)).toMatchObject({ isPull: true, merged: true, commands: [] });
  });

  test('a mention reaches each member of a team, never who wrote it', async () => {
    await served.act('mark', { do: 'comment', number: 1, body: 'Please, @acme/support and @carol: `@olga`, @nobody' });
    const { calls } = await served.get('notifications');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ number: 1, names: ['@acme/support', '@carol'], by: { login: 'mark' } });
    expect(calls[0].to.map((one: { login: string }) => one.login).sort()).toEqual(['carol', 'sara']);
    expect((await served.get('state')).calls).toMatchObject({ sara: 1, carol: 1, mark: 0, olga: 0 });
    const { html } = (await issue('rita')).items.at(-1);
    expect(html).toContain('<span class="mention">@acme/support</span>');
    expect(html).toContain('<code>@olga</code>, @nobody');
  });
});

describe('the policy', () => {
  const BAD = 'extends: standard\npriorities:\n  - id: P1\n    calender: always\n';

  test('is checked as it is typed, with line and column', async () => {
    const { problems } = (await served.post('check', { text: BAD })).json;
    expect(problems).toContainEqual(
      expect.objectContaining({ file: 'own', line: 4, column: 5, message: expect.stringContaining('calendar') }),
    );
    const good = (await served.post('check', { text: 'extends: transport\n' })).json;
    expect(good.problems).toEqual([]);
    expect(good.good).toContain('P1 (Critic)');
    expect(playground.settled).toBe(0);
  });

  test('is committed by those who may; the check of a commit shows the very line', async () => {
    expect((await served.act('rita', { do: 'commit', text: BAD })).json.refused).toContain('“write”');
    const { made } = (await served.act('mark', { do: 'commit', text: BAD, message: 'Try' })).json;
    const { world } = playground.twin;
    const repo = world.theRepo('acme/desk');
    expect(headOf(repo)?.sha).toBe(made);
    createCheck(
      world,
      repo,
      { account: world.bot(), app: true },
      {
        name: 'support policy',
        head_sha: made,
        conclusion: 'failure',
        output: {
          title: '1 problem',
          summary: 'The last good policy stays.',
          annotations: [
            { path: '.github/support.yml', start_line: 4, end_line: 4, start_column: 5, annotation_level: 'failure', message: 'What?' },
          ],
        },
      },
    );
    const { commits, text } = await served.get('policy');
    expect(text).toBe(BAD);
    expect(commits[0]).toMatchObject({ message: 'Try', author: { login: 'mark' } });
    expect(commits[0].runs[0]).toMatchObject({
      conclusion: 'failure',
      title: '1 problem',
      summaryHtml: '<p>The last good policy stays.</p>\n',
    });
    expect(commits[0].runs[0].annotations[0]).toMatchObject({ line: 4, column: 5, message: 'What?', code: '    calender: always' });
    // Times go on being shown in the zone of the last good file.
    expect((await served.get('state')).clock.zone).toBe('Europe/Bucharest');
  });
});

test('what the App asked for is listed, newest first', async () => {
  await playground.world.octokit.request('GET /repos/{owner}/{repo}/labels', playground.world.at);
  const { requests } = await served.get('requests');
  expect(requests[0]).toMatchObject({ method: 'GET', path: '/repos/acme/desk/labels', status: 200 });
});
