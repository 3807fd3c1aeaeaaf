import { fill, h, markup } from './dom.js';
import { fieldOf } from './form-fields.js';
import { act, get, me, report } from './store.js';

/** The chooser, or one form. */
export function newIssueView(root, file) {
  let drawn = false;
  const refresh = async () => {
    // What was typed stays, whoever one acts as.
    if (drawn && file) {
      tellWho(root);
      return;
    }
    const all = await get('forms');
    drawn = true;
    const form = all.forms.find((one) => one.file === file);
    fill(root, file === 'blank' ? blank() : form ? formPage(form) : chooser(all));
    tellWho(root);
  };
  return { refresh };
}

function tellWho(root) {
  const place = root.querySelector('[data-who]');
  if (place) fill(place, 'You file this as ', h('strong', {}, me().name), '.');
}

function chooser({ forms, problems, blank: anybody }) {
  const offer = (href, name, words) =>
    h(
      'li',
      { class: 'offer' },
      h('div', {}, h('h2', {}, name), h('p', {}, words)),
      h('a', { class: 'button', href, 'aria-label': `Get started: ${name}` }, 'Get started'),
    );
  const mayBlank = anybody || me().commits;
  return [
    h('h1', {}, 'What is it about?'),
    h(
      'ul',
      { class: 'offers', 'data-testid': 'forms' },
      forms.map((form) => offer(`#/new/${encodeURIComponent(form.file)}`, form.name, form.description)),
      mayBlank &&
        offer('#/new/blank', 'Blank issue', anybody ? 'Without a form, in your own words.' : 'Without a form; for maintainers only.'),
    ),
    !mayBlank && h('p', { class: 'hint' }, 'Reports come by form here. Maintainers may also file without one.'),
    problems.length > 0 &&
      h(
        'div',
        { class: 'warn' },
        h('p', {}, 'GitHub would leave out these forms:'),
        h(
          'ul',
          {},
          problems.map((problem) => h('li', {}, problem)),
        ),
      ),
  ];
}

const titleField = (value) => fieldOf({ id: 'title', type: 'input', label: 'Title', required: true, value });

function blank() {
  const title = titleField('');
  const body = fieldOf({ id: 'body', type: 'textarea', label: 'Description' });
  const send = () => act({ do: 'open', title: title.value(), body: body.value() });
  return sheet('Blank issue', undefined, [title, body], send);
}

function formPage(form) {
  const title = titleField(form.title);
  const fields = form.body.map((field) => (field.type === 'markdown' ? { element: markup(field.html) } : fieldOf(field)));
  const all = [title, ...fields];
  const values = () => Object.fromEntries(fields.filter((field) => field.id !== undefined).map((field) => [field.id, field.value()]));
  const send = () => act({ do: 'file', form: form.file, title: title.value(), values: values() }, (error) => refused(error, all));
  return sheet(form.name, form.description, all, send);
}

function sheet(name, description, fields, send) {
  const onsubmit = async (event) => {
    event.preventDefault();
    for (const field of fields) field.complain?.('');
    const done = await send();
    if (done) location.hash = `#/issues/${done.made}`;
  };
  return [
    h('p', { class: 'meta' }, h('a', { href: '#/new' }, 'All forms')),
    h('h1', {}, name),
    description && h('p', { class: 'hint' }, description),
    h(
      'form',
      { class: 'sheet', novalidate: true, onsubmit, 'data-testid': 'issue-form' },
      fields.map(({ element }) => element),
      h(
        'div',
        { class: 'send' },
        h('span', { class: 'hint', 'data-who': '' }),
        h('button', { type: 'submit', class: 'primary' }, 'Submit new issue'),
      ),
    ),
  ];
}

/** Says beside each field what is wrong, and goes to the first. */
function refused(error, fields) {
  report(error);
  const wrong = fields.filter((field) => field.id !== undefined && error.fields?.[field.id]);
  for (const field of wrong) field.complain(error.fields[field.id]);
  wrong[0]?.focus();
}
