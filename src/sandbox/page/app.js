import { callsView } from './calls.js';
import { controls } from './controls.js';
import { fill, h, keyed } from './dom.js';
import { issueView } from './issue.js';
import { issuesView } from './issues.js';
import { newIssueView } from './new-issue.js';
import { policyView } from './policy.js';
import { requestsView } from './requests.js';
import { clearAlert, inTurn, me, onState, refresh, report, store } from './store.js';

const ROUTES = [
  [/^#\/issues$/, 'issues', issuesView],
  [/^#\/issues\/(\d+)(?:\/(\w+))?$/, 'issues', issueView],
  [/^#\/new(?:\/(.+))?$/, 'new', newIssueView],
  [/^#\/policy$/, 'policy', policyView],
  [/^#\/notifications$/, 'notifications', callsView],
  [/^#\/requests$/, 'requests', requestsView],
];

let tab = 'issues';

function drawTabs() {
  const { open, calls } = store.state;
  const mine = calls[store.as] ?? 0;
  const tabs = [
    ['issues', '#/issues', 'Issues', open, `${open} open`],
    ['new', '#/new', 'New issue'],
    ['policy', '#/policy', 'Policy'],
    ['notifications', '#/notifications', 'Notifications', mine, `${mine} for ${me().short}`],
    ['requests', '#/requests', 'Requests'],
  ];
  const items = tabs.map(([key, href, text, count, says]) => ({ key, href, text, count, says, here: tab === key }));
  keyed(document.getElementById('tabs'), items, tabItem);
  const [owner, name] = store.state.repository.split('/');
  fill(document.getElementById('repository'), h('span', {}, owner), ' / ', h('strong', {}, name));
}

const tabItem = ({ key, href, text, count, says, here }) =>
  h(
    'li',
    {},
    h(
      'a',
      { href, 'aria-current': here ? 'page' : undefined, 'data-testid': `tab-${key}` },
      text,
      count > 0 && h('span', { class: 'count', title: says }, String(count)),
    ),
  );

async function go(first) {
  const hash = location.hash || '#/issues';
  // `#main` of the skip link is no route.
  if (!hash.startsWith('#/')) return;
  clearAlert();
  const found = ROUTES.map(([pattern, id, make]) => ({ match: pattern.exec(hash), id, make })).find(({ match }) => match);
  if (!found) {
    location.replace('#/issues');
    return;
  }
  tab = found.id;
  drawTabs();
  const root = fill(document.getElementById('view'));
  const view = found.make(root, ...found.match.slice(1).map((part) => part && decodeURIComponent(part)));
  store.view = view;
  try {
    await inTurn(() => view.refresh());
    if (!first) arrive();
  } catch (error) {
    fill(root, h('p', { class: 'quiet' }, `${error.message} `, h('a', { href: '#/issues' }, 'All issues')));
  }
}

/** Whoever reads by ear or on a small screen is taken to what is new. */
function arrive() {
  const main = document.getElementById('main');
  main.focus({ preventScroll: true });
  if (main.getBoundingClientRect().top < 0) main.scrollIntoView();
}

async function start() {
  const update = controls(document.getElementById('controls'));
  onState(update);
  onState(drawTabs);
  await refresh();
  addEventListener('hashchange', () => go(false).catch(report));
  await go(true);
  // Another window may have done something meanwhile.
  addEventListener('focus', () => refresh().catch(report));
}

start().catch(report);
