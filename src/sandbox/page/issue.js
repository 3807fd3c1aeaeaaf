import { avatar, button, fill, h, keyed, labelChip, stateBadge } from './dom.js';
import { act, get, me, store } from './store.js';
import { timelineItem } from './timeline.js';

/** One issue or pull request; `target` is the key of a comment to go to. */
export function issueView(root, number, target) {
  const head = h('header', { class: 'issue-head' });
  const items = h('ol', { class: 'timeline', 'aria-label': 'What was said and done', 'data-testid': 'timeline' });
  const box = commentBox(Number(number));
  const side = h('aside', { class: 'side', 'aria-label': 'Details' });
  root.append(head, h('div', { class: 'issue' }, h('div', { class: 'talk' }, items, box.element), side));
  let drawnSide = '';
  let arrived = false;
  const refresh = async () => {
    const issue = await get('issue', { number, as: store.as });
    drawHead(head, issue);
    keyed(items, issue.items, (item) => timelineItem(item, issue));
    box.update(issue);
    const { items: _, ...rest } = issue;
    const now = JSON.stringify([rest, store.as]);
    if (now !== drawnSide) drawSide(side, issue);
    drawnSide = now;
    if (!arrived && target) setTimeout(() => document.getElementById(target)?.scrollIntoView());
    arrived = true;
  };
  return { refresh };
}

let drawnHead;

function drawHead(head, issue) {
  if (head.querySelector('form')) return;
  const now = JSON.stringify([issue.title, issue.state, issue.reason, issue.may.rename]);
  if (head.firstChild && now === drawnHead) return;
  drawnHead = now;
  const rename = () => {
    const input = h('input', { type: 'text', value: issue.title, 'aria-label': 'Title' });
    const done = () => {
      fill(head);
      drawHead(head, issue);
    };
    const onsubmit = async (event) => {
      event.preventDefault();
      const title = input.value;
      done();
      await act({ do: 'rename', number: issue.number, title });
    };
    fill(
      head,
      h(
        'form',
        { class: 'rename', onsubmit },
        input,
        h('button', { type: 'submit' }, 'Save title'),
        button('Cancel', done, { class: 'plain' }),
      ),
    );
    input.focus();
  };
  fill(
    head,
    h('h1', { 'data-testid': 'title' }, issue.title, ' ', h('span', { class: 'number' }, `#${issue.number}`)),
    issue.may.rename && button('Edit title', rename, { class: 'plain' }),
    h(
      'p',
      { class: 'meta' },
      stateBadge(issue),
      h('span', {}, h('strong', {}, issue.author.name), ` ${issue.isPull ? 'opened this pull request' : 'filed this'} on ${issue.when}`),
    ),
  );
}

function commentBox(number) {
  const text = h('textarea', { rows: 4, 'aria-label': 'Write a comment', 'data-testid': 'comment-text' });
  const face = h('div', { class: 'face' });
  const hints = h('div', { class: 'hints' });
  const closed = h('p', { class: 'hint' });
  const state = h('div', { class: 'state-buttons' });
  const send = h('button', { type: 'submit', class: 'primary' }, 'Comment');
  const onsubmit = async (event) => {
    event.preventDefault();
    if (await act({ do: 'comment', number, body: text.value })) text.value = '';
  };
  /** As GitHub's "Close with comment": what was written goes first. */
  const also = async (what) => {
    if (text.value.trim() !== '') {
      if (!(await act({ do: 'comment', number, body: text.value }))) return;
      text.value = '';
    }
    await act({ number, ...what });
  };
  const element = h(
    'form',
    { class: 'comment-box', onsubmit },
    face,
    h('div', { class: 'card' }, text, hints, closed, h('div', { class: 'send' }, state, send)),
  );
  let drawn = '';
  const update = (issue) => {
    const now = JSON.stringify([store.as, issue.may, issue.state, issue.commands]);
    if (now === drawn) return;
    drawn = now;
    fill(face, avatar(me()));
    text.placeholder = `Write as ${me().name}`;
    text.disabled = !issue.may.comment;
    send.disabled = !issue.may.comment;
    fill(closed, !issue.may.comment && 'This conversation is locked.');
    fill(hints, commandHints(issue, text));
    fill(state, stateButtons(issue, also));
  };
  return { element, update };
}

function commandHints(issue, text) {
  if (issue.commands.length === 0)
    return issue.isPull ? [] : h('p', { class: 'hint' }, `${me().short} can write here, but gives the desk no commands.`);
  const insert = (command) => {
    text.value = `${text.value}${text.value === '' || text.value.endsWith('\n') ? '' : '\n'}${command}`;
    text.focus();
  };
  return [
    h('span', { class: 'hint' }, `${me().short} can tell the desk:`),
    issue.commands.map((one) =>
      button(h('code', {}, one.text), () => insert(one.text), {
        class: 'chip',
        title: one.help,
        'aria-label': `Write ${one.text}: ${one.help}`,
      }),
    ),
  ];
}

function stateButtons(issue, also) {
  const { may, state } = issue;
  if (state === 'open') {
    if (!may.close) return [];
    if (issue.isPull) return [button('Close without merging', () => also({ do: 'close' }))];
    return [
      button('Close as completed', () => also({ do: 'close', reason: 'completed' })),
      button('Close as not planned', () => also({ do: 'close', reason: 'not_planned' })),
    ];
  }
  return may.reopen ? [button('Reopen', () => also({ do: 'reopen' }))] : [];
}

function drawSide(side, issue) {
  fill(side, assignees(issue), labels(issue), issue.isPull ? mergeBox(issue) : fixes(issue));
}

const section = (title, ...children) => h('section', {}, h('h2', {}, title), ...children);
const remove = (name, onclick) => button('×', onclick, { class: 'remove', 'aria-label': name });

/** Choosing adds at once. */
function adder(label, options, add) {
  if (options.length === 0) return undefined;
  const select = h('select', { 'aria-label': label, onchange: () => select.value && add(select.value) });
  select.append(h('option', { value: '' }, `${label}…`), ...options.map(([value, text]) => h('option', { value }, text)));
  return select;
}

function assignees({ number, assignees: now, assignable, may }) {
  const line = (person) =>
    h(
      'li',
      {},
      avatar(person),
      person.name,
      may.triage && remove(`Unassign ${person.name}`, () => act({ do: 'unassign', number, login: person.login })),
    );
  const others = assignable.filter(({ login }) => !now.some((one) => one.login === login));
  return section(
    'Assignees',
    now.length > 0 ? h('ul', { class: 'plain-list', 'data-testid': 'assignees' }, now.map(line)) : h('p', { class: 'hint' }, 'Nobody yet'),
    may.triage &&
      adder(
        'Assign somebody',
        others.map(({ login, name }) => [login, name]),
        (login) => act({ do: 'assign', number, login }),
      ),
  );
}

function labels({ number, labels: now, repoLabels, may }) {
  const chip = (label) =>
    labelChip(label, may.triage && remove(`Remove label ${label.name}`, () => act({ do: 'unlabel', number, label: label.name })));
  const others = repoLabels.filter((name) => !now.some((one) => one.name === name));
  return section(
    'Labels',
    now.length > 0 ? h('div', { class: 'labels', 'data-testid': 'labels' }, now.map(chip)) : h('p', { class: 'hint' }, 'None yet'),
    may.triage &&
      adder(
        'Add a label',
        others.map((name) => [name, name]),
        (label) => act({ do: 'label', number, label }),
      ),
  );
}

const FIX_STATES = { open: 'open', merged: 'merged', closed: 'closed without merging' };

function fixes({ number, title, fixes: now, may, state }) {
  const line = (pull) =>
    h(
      'li',
      { class: 'fix' },
      h('a', { href: `#/issues/${pull.number}` }, `#${pull.number} ${pull.title}`),
      h('span', { class: 'hint' }, FIX_STATES[pull.state]),
      pull.state === 'open' && may.merge && button('Merge this fix', () => act({ do: 'merge', number: pull.number })),
    );
  return section(
    'Fixes',
    h('p', { class: 'hint' }, 'A pull request that says “Fixes” and the number of this issue.'),
    now.length > 0 && h('ul', { class: 'plain-list', 'data-testid': 'fixes' }, now.map(line)),
    state === 'open' && button(`Open a fix as ${me().short}`, () => act({ do: 'fix', number, title: `Fix: ${title}`.slice(0, 200) })),
    now.some((pull) => pull.state === 'open') && !may.merge && h('p', { class: 'hint' }, `${me().short} may not merge; a maintainer may.`),
  );
}

function mergeBox({ number, state, merged, may }) {
  if (merged) return section('Merge', h('p', { class: 'hint' }, 'This was merged.'));
  if (state !== 'open') return section('Merge', h('p', { class: 'hint' }, 'This was closed without merging.'));
  if (!may.merge) return section('Merge', h('p', { class: 'hint' }, `${me().short} may not merge; a maintainer may.`));
  return section(
    'Merge',
    button('Merge this fix', () => act({ do: 'merge', number }), { class: 'primary' }),
  );
}
