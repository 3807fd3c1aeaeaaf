import { checksList } from './checks.js';
import { button, fill, h, keyed, put } from './dom.js';
import { act, get, me, post, report, store } from './store.js';

const CHECK_MS = 300;

export function policyView(root) {
  const editor = policyEditor();
  const verdict = h('div', { class: 'verdict', 'aria-live': 'polite', 'data-testid': 'verdict' });
  const message = h('input', {
    type: 'text',
    'aria-label': 'What you change, in a few words',
    placeholder: 'Change the support policy',
    maxlength: 200,
  });
  const save = h('button', { type: 'submit', class: 'primary' }, 'Commit');
  const who = h('span', { class: 'hint' });
  const commits = h('ol', { class: 'commits', 'data-testid': 'commits' });
  let data;
  let timer;
  let asked = 0;
  const check = async () => {
    const mine = ++asked;
    const found = await post('check', { text: editor.text.value });
    if (mine === asked) drawVerdict(verdict, found, editor);
  };
  const changed = () => {
    editor.number();
    clearTimeout(timer);
    timer = setTimeout(() => check().catch(report), CHECK_MS);
  };
  editor.text.addEventListener('input', changed);
  const presets = presetChooser((text) => {
    editor.text.value = text;
    changed();
  });
  const onsubmit = async (event) => {
    event.preventDefault();
    const done = await act({ do: 'commit', text: editor.text.value, message: message.value });
    if (done) message.value = '';
  };
  put(
    root,
    h('h1', {}, 'Policy'),
    h(
      'p',
      { class: 'hint' },
      'One file says what the desk promises: ',
      h('code', {}, '.github/support.yml'),
      '. Change it and see what the desk makes of it.',
    ),
    presets.elements,
    h('form', { class: 'stack', onsubmit }, editor.element, verdict, h('div', { class: 'send commit' }, message, who, save)),
    h('h2', {}, 'Last commits'),
    commits,
  );
  const refresh = async () => {
    const fresh = await get('policy');
    const first = data === undefined;
    // What was typed stays; a text that nobody touched follows the repository.
    const follows = first || (editor.text.value === data.text && fresh.text !== data.text);
    if (follows) editor.text.value = fresh.text;
    data = fresh;
    if (first) presets.offer(data.presets);
    editor.number();
    save.disabled = !me().commits;
    fill(who, me().commits ? `You commit as ${me().name}.` : `${me().short} may not change the policy. These may: ${committers()}.`);
    keyed(
      commits,
      data.commits.map((commit) => ({ key: commit.sha, ...commit })),
      checksList,
    );
    if (follows) await check();
  };
  return { refresh };
}

const committers = () =>
  store.state.people
    .filter(({ commits }) => commits)
    .map(({ short }) => short)
    .join(', ');

/** Presets to begin with, each to be read before it is used. */
function presetChooser(use) {
  const choose = h('select', { 'aria-label': 'A preset to begin with', onchange: () => show() });
  const whole = h('pre', { class: 'source' });
  let presets = [];
  const chosen = () => presets.find(({ id }) => id === choose.value);
  const show = () => fill(whole, chosen()?.whole);
  const offer = (all) => {
    presets = all;
    fill(
      choose,
      all.map(({ id, title }) => h('option', { value: id, selected: id === store.state.preset }, title)),
    );
    show();
  };
  const elements = [
    h(
      'div',
      { class: 'bar' },
      h(
        'span',
        { class: 'row' },
        choose,
        button('Use this preset', () => use(chosen().text)),
      ),
    ),
    h('details', { class: 'quiet-details' }, h('summary', {}, 'What this preset says'), whole),
  ];
  return { elements, offer };
}

/** A text area with the numbers of its lines. */
function policyEditor() {
  const gutter = h('div', { class: 'gutter', 'aria-hidden': 'true' });
  const text = h('textarea', {
    class: 'code',
    rows: 18,
    wrap: 'off',
    spellcheck: 'false',
    autocapitalize: 'off',
    'aria-label': 'Text of support.yml',
    'data-testid': 'policy-text',
  });
  text.addEventListener('scroll', () => {
    gutter.scrollTop = text.scrollTop;
  });
  let marked = new Set();
  const number = () => {
    const lines = text.value.split('\n').length;
    fill(
      gutter,
      Array.from({ length: lines }, (_, index) => h('span', { class: marked.has(index + 1) ? 'bad' : undefined }, String(index + 1))),
    );
    gutter.scrollTop = text.scrollTop;
  };
  const mark = (lines) => {
    marked = new Set(lines);
    number();
  };
  /** Puts the cursor there; the end of what is wrong is selected to. */
  const goTo = ({ line, column, endLine, endColumn }) => {
    const lines = text.value.split('\n');
    const offset = (toLine, toColumn) => lines.slice(0, toLine - 1).reduce((sum, one) => sum + one.length + 1, 0) + toColumn - 1;
    text.focus();
    text.setSelectionRange(offset(line, column), Math.max(offset(line, column), offset(endLine, endColumn)));
    const height = Number.parseFloat(getComputedStyle(text).lineHeight) || 20;
    text.scrollTop = Math.max(0, (line - 4) * height);
  };
  return { element: h('div', { class: 'editor' }, gutter, text), text, number, mark, goTo };
}

const FILES = { own: '', owner: 'in the owner’s file, ', preset: 'in the preset, ' };

function drawVerdict(root, { problems, good, notYet }, editor) {
  editor.mark(problems.filter(({ file }) => file === 'own').map(({ line }) => line));
  if (problems.length === 0) {
    fill(root, h('p', { class: 'good' }, good), notYet && h('p', { class: 'hint' }, notYet));
    return;
  }
  const row = (problem) => {
    const place = `${FILES[problem.file]}line ${problem.line}, column ${problem.column}`;
    const go =
      problem.file === 'own' ? button(place, () => editor.goTo(problem), { class: 'place' }) : h('span', { class: 'place' }, place);
    return h('li', { 'data-testid': 'problem' }, go, ' ', problem.message);
  };
  fill(
    root,
    h(
      'p',
      { class: 'bad' },
      `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}. Committed like this, the last good policy stays in force.`,
    ),
    h('ul', { class: 'problems' }, problems.map(row)),
  );
}
