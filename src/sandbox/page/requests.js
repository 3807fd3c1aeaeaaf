import { fill, h } from './dom.js';
import { get } from './store.js';

export function requestsView(root) {
  const rows = h('tbody', { 'data-testid': 'requests' });
  const total = h('p', { class: 'hint' });
  root.append(
    h('h1', {}, 'Requests'),
    h('p', { class: 'hint' }, 'What the desk asked of this make-believe GitHub, newest first. Against the real one it would be the same.'),
    total,
    h(
      'div',
      { class: 'table' },
      h(
        'table',
        { class: 'requests' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['When', 'What', 'Where', 'Answer'].map((text) => h('th', { scope: 'col' }, text)),
          ),
        ),
        rows,
      ),
    ),
  );
  const refresh = async () => {
    const { total: all, requests } = await get('requests');
    total.textContent = `${all} since the sandbox started; the last ${requests.length} are shown.`;
    fill(
      rows,
      requests.map((one) =>
        h(
          'tr',
          {},
          h('td', {}, one.when),
          h('td', {}, h('code', { class: one.method === 'GET' ? 'read' : 'write' }, one.method)),
          h('td', {}, h('code', {}, one.path)),
          h('td', { class: one.status >= 400 ? 'bad' : undefined }, String(one.status)),
        ),
      ),
    );
  };
  return { refresh };
}
