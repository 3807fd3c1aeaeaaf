// Who was called where: what people would find in their notifications.

import { avatar, h, keyed, markup } from './dom.js';
import { get, me, store } from './store.js';

const TIMES = ['not called yet', 'called once', 'called twice'];

export function callsView(root) {
  const everybody = h('input', { type: 'checkbox', onchange: () => refresh() });
  const mine = h('span', {});
  const list = h('ol', { class: 'calls', 'data-testid': 'calls' });
  root.append(
    h('h1', {}, 'Notifications'),
    h(
      'p',
      { class: 'hint' },
      'Whenever a text calls somebody by @name, GitHub sends that person a message. Here are those messages, newest first.',
    ),
    h('label', { class: 'tick' }, everybody, h('span', {}, 'Those of everybody')),
    h('p', {}, mine),
    list,
  );
  everybody.checked = true;
  const refresh = async () => {
    const { calls } = await get('notifications');
    const own = calls.filter(({ to }) => to.some(({ login }) => login === store.as));
    mine.textContent = `${me().name} was ${TIMES[own.length] ?? `called ${own.length} times`}.`;
    const shown = everybody.checked ? calls : own;
    keyed(list, shown, call);
    if (shown.length === 0) list.append(h('li', { class: 'empty' }, 'Nobody was called yet.'));
  };
  return { refresh };
}

function call({ key, number, title, by, names, to, when, html }) {
  return h(
    'li',
    { class: 'card call', 'data-testid': 'call' },
    h(
      'p',
      {},
      avatar(by),
      h('strong', {}, by.name),
      ' called ',
      h('strong', {}, names.join(', ')),
      ' in ',
      h('a', { href: `#/issues/${number}/${key}` }, `#${number} ${title}`),
    ),
    h('p', { class: 'meta' }, `${when} · a message to ${to.map(({ name }) => name).join(', ')}`),
    h('details', {}, h('summary', {}, 'What it says'), markup(html)),
  );
}
