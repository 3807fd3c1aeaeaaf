import { fill, h, labelChip, stateBadge } from './dom.js';
import { store } from './store.js';

export function issuesView(root) {
  const list = h('ul', { class: 'issues', 'data-testid': 'issues' });
  const open = filter('open', 'Open');
  const closed = filter('closed', 'Closed');
  let shown = 'open';
  function filter(state, text) {
    const onclick = () => {
      shown = state;
      refresh();
    };
    return h('button', { type: 'button', class: 'filter', onclick }, text);
  }
  root.append(
    h('div', { class: 'bar' }, h('h1', {}, 'Issues'), h('a', { class: 'button primary', href: '#/new' }, 'New issue')),
    h('div', { class: 'filters', role: 'group', 'aria-label': 'Which issues' }, open, closed),
    list,
  );
  const refresh = () => {
    const { issues } = store.state;
    for (const [one, state, text] of [
      [open, 'open', 'Open'],
      [closed, 'closed', 'Closed'],
    ]) {
      one.setAttribute('aria-pressed', String(shown === state));
      one.textContent = `${text} ${issues.filter((issue) => issue.state === state).length}`;
    }
    const fitting = issues.filter((issue) => issue.state === shown);
    fill(list, fitting.length > 0 ? fitting.map(row) : h('li', { class: 'empty' }, emptyWords(issues.length)));
  };
  return { refresh };
}

const emptyWords = (all) =>
  all === 0 ? ['Nothing was filed yet. Act as Rita and ', h('a', { href: '#/new' }, 'file the first issue'), '.'] : 'None.';

function row(issue) {
  const people = issue.assignees.map(({ name }) => name).join(', ');
  return h(
    'li',
    { class: 'issue-row', 'data-testid': 'issue-row' },
    stateBadge(issue),
    h(
      'div',
      { class: 'issue-main' },
      h('a', { class: 'issue-title', href: `#/issues/${issue.number}` }, issue.title),
      h(
        'span',
        { class: 'labels' },
        issue.labels.map((label) => labelChip(label)),
      ),
      h(
        'p',
        { class: 'meta' },
        `#${issue.number} filed by ${issue.author.name} on ${issue.when}`,
        people && ` · assigned to ${people}`,
        issue.comments > 0 && ` · ${issue.comments} ${issue.comments === 1 ? 'comment' : 'comments'}`,
      ),
    ),
  );
}
