// What the desk said about a commit, as GitHub shows a check run.

import { button, h, markup } from './dom.js';
import { act } from './store.js';

const WORDS = {
  success: ['passed', 'good'],
  failure: ['failed', 'bad'],
  neutral: ['said something', 'neutral'],
  action_required: ['asks for something', 'bad'],
};

export function checksList(commit) {
  return h(
    'li',
    { class: 'card commit-row', 'data-testid': 'commit' },
    h(
      'p',
      { class: 'commit-head' },
      h('strong', {}, commit.message),
      h('span', { class: 'meta' }, `${commit.author.name} on ${commit.when} · `, h('code', {}, commit.short)),
    ),
    commit.runs.length > 0 ? commit.runs.map(checkRun) : h('p', { class: 'hint' }, 'The desk said nothing about this commit.'),
  );
}

function checkRun(run) {
  const [words, kind] = WORDS[run.conclusion] ?? [String(run.conclusion).replaceAll('_', ' '), 'neutral'];
  return h(
    'details',
    { class: `check ${kind}`, open: kind === 'bad', 'data-testid': 'check-run', 'data-conclusion': run.conclusion },
    h(
      'summary',
      {},
      h('span', { class: `result ${kind}` }, words),
      h('span', {}, h('strong', {}, run.name), run.title && ` – ${run.title}`),
    ),
    h(
      'div',
      { class: 'check-body' },
      run.summaryHtml && markup(run.summaryHtml),
      run.textHtml && markup(run.textHtml),
      run.annotations.map(annotation),
      button('Check again', () => act({ do: 'recheck', run: run.id })),
    ),
  );
}

function annotation({ path, line, column, level, title, message, code }) {
  const place = `${path}, line ${line}${column === undefined ? '' : `, column ${column}`}`;
  return h(
    'div',
    { class: `annotation ${level}`, 'data-testid': 'annotation' },
    h('p', { class: 'meta' }, place),
    code !== undefined && h('pre', {}, h('span', { class: 'line-number' }, String(line)), code),
    h('p', {}, title && h('strong', {}, `${title}: `), message),
  );
}
