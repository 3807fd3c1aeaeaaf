// Everything shown goes through `h`, which sets text, never HTML; the one exception is `markup`, for what the server rendered.

/** An element: `on…` listens, `class`, `for` and `aria-…` are attributes, `value`, `checked` and such are properties. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  put(element, ...children);
  return element;
}

const PROPERTIES = new Set(['value', 'checked', 'selected', 'disabled', 'required', 'multiple', 'indeterminate']);

export function put(element, ...children) {
  for (const child of children.flat(9)) {
    if (child === undefined || child === null || child === false || child === '') continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren();
  return put(element, ...children);
}

/** HTML from the server, which made it from Markdown and lets nothing in it run. */
export function markup(html, className = 'markdown') {
  const element = h('div', { class: className });
  element.innerHTML = html;
  for (const table of element.querySelectorAll('table')) {
    const box = h('div', { class: 'table' });
    table.replaceWith(box);
    box.append(table);
  }
  return element;
}

const kept = new WeakMap();

/** Shows a list, making anew only what changed, so that open boxes and half-written edits stay. */
export function keyed(container, items, make) {
  const before = kept.get(container) ?? new Map();
  const after = new Map();
  const nodes = items.map((item) => {
    const json = JSON.stringify(item);
    const old = before.get(item.key);
    const node = old?.json === json ? old.node : make(item, old?.node);
    after.set(item.key, { json, node });
    return node;
  });
  kept.set(container, after);
  if (nodes.length !== container.childNodes.length || nodes.some((node, index) => container.childNodes[index] !== node))
    container.replaceChildren(...nodes);
}

export const button = (text, onclick, props = {}) => h('button', { type: 'button', onclick, ...props }, text);

/** A button that asks once more before it does something that cannot be taken back. */
export function twice(text, sure, onclick, props = {}) {
  let asked = false;
  const element = button(
    text,
    () => {
      if (asked) onclick();
      asked = !asked;
      element.textContent = asked ? sure : text;
    },
    props,
  );
  element.addEventListener('blur', () => {
    asked = false;
    element.textContent = text;
  });
  return element;
}

const HUES = [8, 32, 88, 152, 186, 212, 258, 318];

export function avatar(person) {
  const initial = person.bot ? '⚙' : person.name.charAt(0);
  const element = h('span', { class: person.bot ? 'avatar bot' : 'avatar', 'aria-hidden': 'true' }, initial);
  let sum = 0;
  for (const letter of person.login) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  element.style.setProperty('--hue', HUES[sum % HUES.length]);
  return element;
}

export const personName = (person) => h('strong', { class: 'person', title: person.login }, person.name);

/** A label, tinted in its own colour so that an emoji of the same colour can be seen on it. */
export function labelChip({ name, color, description }, ...more) {
  const chip = h('span', { class: 'label', 'data-testid': 'label', title: description ?? undefined }, name, ...more);
  chip.style.setProperty('--paint', `#${color}`);
  return chip;
}

const STATES = {
  open: ['Open', 'open'],
  completed: ['Closed as completed', 'done'],
  not_planned: ['Closed as not planned', 'dropped'],
  duplicate: ['Closed as duplicate', 'dropped'],
  merged: ['Merged', 'done'],
  closed: ['Closed', 'dropped'],
};

export function stateBadge({ state, reason, merged }) {
  const [text, kind] = STATES[merged ? 'merged' : state === 'open' ? 'open' : (reason ?? 'closed')] ?? STATES.closed;
  return h('span', { class: `state ${kind}`, 'data-testid': 'state' }, text);
}
