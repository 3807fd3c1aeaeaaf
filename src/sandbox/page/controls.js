// Who one acts as, the clock, and starting afresh.

import { avatar, button, fill, h, twice } from './dom.js';
import { actAs, post, report, run, store } from './store.js';

const SPEEDS = [
  [60, '1 min a second'],
  [600, '10 min a second'],
  [3600, '1 h a second'],
];

/** Draws the panel; answers what brings it up to date. */
export function controls(root) {
  const people = peoplePanel();
  const clock = clockPanel();
  const afresh = afreshPanel();
  root.replaceChildren(people.element, clock.element, afresh.element);
  return (before) => {
    people.update();
    clock.update(before);
    afresh.update();
  };
}

function peoplePanel() {
  const list = h('div', { class: 'people' });
  const element = h('fieldset', { class: 'panel', 'data-testid': 'people' }, h('legend', {}, 'You act as'), list);
  let drawn = '';
  const update = () => {
    const now = JSON.stringify([store.state.people, store.state.calls]);
    const focused = list.contains(document.activeElement);
    if (now !== drawn) fill(list, store.state.people.map(choice));
    drawn = now;
    for (const input of list.querySelectorAll('input')) {
      input.checked = input.value === store.as;
      if (focused && input.checked) input.focus();
    }
  };
  return { element, update };
}

function choice(person) {
  const calls = store.state.calls[person.login] ?? 0;
  const onchange = () => actAs(person.login).catch(report);
  return h(
    'label',
    { class: 'choice' },
    h('input', { type: 'radio', name: 'as', value: person.login, onchange }),
    avatar(person),
    h(
      'span',
      { class: 'who' },
      h('strong', {}, person.short),
      h('small', {}, person.what),
      calls > 0 && h('em', { class: 'called' }, `called ${calls}×`),
    ),
  );
}

function clockPanel() {
  const date = h('span', { class: 'date' });
  const time = h('span', { class: 'time' });
  const shown = h('p', { class: 'now', 'data-testid': 'clock' }, date, time);
  const zone = h('p', { class: 'zone', 'data-testid': 'utc' });
  const next = h('p', { class: 'zone' });
  const news = h('p', { class: 'news', role: 'status', 'data-testid': 'news' });
  const speed = h('select', { 'aria-label': 'How fast the clock runs', onchange: () => store.state.clock.speed > 0 && go(speed) });
  speed.append(...SPEEDS.map(([value, text]) => h('option', { value }, text)));
  const start = button('Let it run', () => (store.state.clock.speed > 0 ? stop() : go(speed)), { 'data-testid': 'run' });
  const turns = [
    ['+15 min', 900],
    ['+1 h', 3600],
    ['+1 day', 86_400],
  ].map(([text, seconds]) => button(text, () => turn({ do: 'turn', seconds }), { 'aria-label': `Turn the clock: ${text}` }));
  const alarm = button('To the next alarm', () => turn({ do: 'next' }), { class: 'wide', 'data-testid': 'next-alarm' });
  const element = h(
    'section',
    { class: 'panel clock', 'aria-label': 'Clock' },
    h('h2', {}, 'The clock'),
    shown,
    zone,
    h('div', { class: 'turns' }, turns, alarm),
    next,
    h('div', { class: 'runs' }, start, speed),
    news,
  );
  const update = (before) => {
    const { clock } = store.state;
    const comma = clock.local.lastIndexOf(', ');
    fill(date, clock.local.slice(0, comma));
    fill(time, clock.local.slice(comma + 2));
    fill(zone, clock.zone === 'UTC' ? clock.utc : `in ${clock.zone} · ${clock.utc}`);
    fill(next, clock.next ? `The desk looks again: ${clock.next}` : 'The desk waits for nothing.');
    alarm.disabled = !clock.next;
    start.textContent = clock.speed > 0 ? 'Stop' : 'Let it run';
    element.classList.toggle('running', clock.speed > 0);
    if (before && (before.clock.local !== clock.local || told(before) !== '')) fill(news, told(before) || 'Nothing new.');
  };
  return { element, update };
}

const turn = (body) => run(() => post('clock', body));
const go = (speed) => turn({ do: 'run', speed: Number(speed.value) });
const stop = () => turn({ do: 'run', speed: 0 });

/** What is new since the state before, in a sentence. */
function told(before) {
  const { issues, calls, people } = store.state;
  const parts = [];
  for (const issue of issues) {
    const old = before.issues.find((one) => one.number === issue.number);
    if (!old) {
      parts.push(`#${issue.number} was filed`);
      continue;
    }
    const more = issue.comments - old.comments;
    if (more > 0) parts.push(`${more === 1 ? 'a comment' : `${more} comments`} on #${issue.number}`);
    if (issue.state !== old.state) parts.push(`#${issue.number} was ${issue.state === 'open' ? 'reopened' : 'closed'}`);
    else if (labelsOf(issue) !== labelsOf(old)) parts.push(`other labels on #${issue.number}`);
  }
  const called = people.filter(({ login }) => (calls[login] ?? 0) > (before.calls[login] ?? 0)).map(({ short }) => short);
  if (called.length > 0) parts.push(`${listed(called)} ${called.length === 1 ? 'was' : 'were'} called`);
  return parts.length > 0 ? `New: ${parts.slice(0, 6).join('; ')}.` : '';
}

const labelsOf = (issue) => issue.labels.map(({ name }) => name).join();
const listed = (names) => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`);

function afreshPanel() {
  const preset = h('select', { 'aria-label': 'Policy to start with', 'data-testid': 'preset' });
  const start = twice('Start afresh', 'Yes, throw everything away', () => reset(preset.value), {
    class: 'danger',
    'data-testid': 'afresh',
  });
  const element = h(
    'details',
    { class: 'panel' },
    h('summary', {}, 'Start afresh'),
    h('p', { class: 'hint' }, 'A new repository with the rules and forms of the desk that you choose. Everything filed so far goes.'),
    h('div', { class: 'stack' }, preset, start),
  );
  let drawn = '';
  const update = () => {
    const now = JSON.stringify([store.state.presets, store.state.preset]);
    if (now === drawn) return;
    drawn = now;
    fill(
      preset,
      store.state.presets.map(({ id, title }) => h('option', { value: id, selected: id === store.state.preset }, title)),
    );
  };
  return { element, update };
}

async function reset(preset) {
  const done = await run(() => post('reset', { preset }));
  if (!done) return;
  if (location.hash === '#/issues') return;
  location.hash = '#/issues';
}
