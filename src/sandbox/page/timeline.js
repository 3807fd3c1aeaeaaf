import { avatar, button, fill, h, labelChip, markup, personName, twice } from './dom.js';
import { act } from './store.js';

const PARTS = { reporter: 'reported this', team: 'answers here', desk: 'the desk' };

export const timelineItem = (item, issue) => (item.kind === 'comment' ? comment(item, issue) : event(item));

function comment(item, issue) {
  const body = h('div', { class: 'body' });
  const read = () => {
    fill(body, item.html ? markup(item.html) : h('p', { class: 'hint' }, 'No description was given.'), reactions(item));
  };
  const source = button('Show source', () => {
    const shown = source.getAttribute('aria-pressed') === 'true';
    source.setAttribute('aria-pressed', String(!shown));
    source.textContent = shown ? 'Show source' : 'Hide source';
    shown ? read() : fill(body, h('pre', { class: 'source', 'data-testid': 'source' }, item.body));
  });
  source.setAttribute('aria-pressed', 'false');
  const edit = button('Edit', () => editor(body, item, issue, read));
  const gone = () => act({ do: 'delete', comment: item.id });
  read();
  const card = h(
    'article',
    {
      class: `card comment ${item.part}`,
      'aria-label': `Comment of ${item.author.name}`,
      'data-testid': 'comment',
      'data-author': item.author.login,
    },
    h(
      'header',
      {},
      h('span', { class: 'by' }, personName(item.author), item.part && h('span', { class: `part ${item.part}` }, PARTS[item.part])),
      h('span', { class: 'meta' }, item.when, item.edited && h('span', { title: item.edited }, ' · edited')),
      h('span', { class: 'tools' }, source, item.mayEdit && edit, item.mayEdit && item.id !== 0 && twice('Delete', 'Really delete?', gone)),
    ),
    item.hidden ? h('details', { class: 'body' }, h('summary', {}, `Hidden: ${item.hidden}`), body) : body,
  );
  return h('li', { class: 'said', id: item.key }, avatar(item.author), card);
}

const REACTIONS = { '+1': 'done', confused: 'confused', '-1': 'thumbs down' };

function reactions({ reactions: all }) {
  if (all.length === 0) return undefined;
  const counted = Map.groupBy(all, ({ emoji }) => emoji);
  return h(
    'ul',
    { class: 'reactions', 'aria-label': 'Reactions' },
    [...counted].map(([emoji, some]) => {
      const by = some.map((one) => one.by).join(', ');
      return h('li', { title: by, 'aria-label': `${REACTIONS[some[0].name] ?? some[0].name}, by ${by}` }, emoji, h('small', {}, ` ${by}`));
    }),
  );
}

function editor(body, item, issue, read) {
  const text = h('textarea', { rows: Math.min(16, item.body.split('\n').length + 2), 'aria-label': 'Edit the text', value: item.body });
  const onsubmit = async (event) => {
    event.preventDefault();
    const done = await act({ do: 'edit', number: issue.number, comment: item.id, body: text.value });
    if (done && body.contains(text)) read();
  };
  fill(
    body,
    h(
      'form',
      { class: 'stack', onsubmit },
      text,
      h('div', { class: 'send' }, button('Cancel', read, { class: 'plain' }), h('button', { type: 'submit', class: 'primary' }, 'Save')),
    ),
  );
  text.focus();
}

const CLOSED = { completed: 'closed this as completed', not_planned: 'closed this as not planned', duplicate: 'closed this as duplicate' };

function event(item) {
  const words = sentence(item);
  return h(
    'li',
    { class: 'happened', id: item.key, 'data-testid': 'event' },
    h('span', { class: 'dot', 'aria-hidden': 'true' }),
    h('p', {}, personName(item.actor), ' ', ...words, ' ', h('span', { class: 'meta' }, item.when)),
  );
}

const link = (from) => h('a', { href: `#/issues/${from.number}` }, `#${from.number} ${from.title}`);
const chips = (labels) => labels.flatMap((label) => [labelChip(label), ' ']);

function sentence(item) {
  const { from, reason, assignee, actor } = item;
  switch (item.event) {
    case 'labeled':
    case 'unlabeled':
      return labelWords(item);
    case 'assigned':
      return assignee.login === actor.login ? ['took this on'] : ['assigned ', h('strong', {}, assignee.name)];
    case 'unassigned':
      return assignee.login === actor.login ? ['gave this back'] : ['unassigned ', h('strong', {}, assignee.name)];
    case 'closed':
      return [CLOSED[reason] ?? 'closed this', ...(from ? [' by merging ', link(from)] : item.commit ? [` in ${item.commit}`] : [])];
    case 'reopened':
      return ['reopened this'];
    case 'renamed':
      return ['changed the title from ', h('del', {}, item.rename.from), ' to ', h('strong', {}, item.rename.to)];
    case 'cross-referenced':
      return from ? [from.isPull ? 'linked a pull request: ' : 'mentioned this in ', link(from)] : ['mentioned this elsewhere'];
    case 'referenced':
      return [`mentioned this in commit ${item.commit}`];
    default:
      return [OTHER[item.event] ?? item.event.replaceAll('_', ' ')];
  }
}

const OTHER = {
  connected: 'linked a pull request that may close this',
  disconnected: 'took back a linked pull request',
  locked: 'locked the conversation',
  unlocked: 'unlocked the conversation',
  pinned: 'pinned this',
  unpinned: 'unpinned this',
  transferred: 'moved this here',
  milestoned: 'added this to a milestone',
};

function labelWords({ added, removed }) {
  const words = [];
  if (added.length > 0) words.push('added ', ...chips(added));
  if (removed.length > 0) words.push(added.length > 0 ? 'and removed ' : 'removed ', ...chips(removed));
  return words;
}
