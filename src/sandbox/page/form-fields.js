// The fields of an issue form, as GitHub draws them.

import { h, markup } from './dom.js';

let count = 0;

/** A field with its label: `element`, `value()`, `focus()`, and `complain(text)` (empty: all is well). */
export function fieldOf(field) {
  const uid = `field-${++count}`;
  const problem = h('p', { class: 'problem', id: `${uid}-problem` });
  const about = field.descriptionHtml ? markup(field.descriptionHtml, 'markdown hint') : undefined;
  if (about) about.id = `${uid}-about`;
  const describedby = [about?.id, problem.id].filter(Boolean).join(' ');
  const isGroup = field.type === 'checkboxes' || (field.type === 'dropdown' && field.multiple);
  const made = isGroup ? group(field, describedby) : single(field, uid, describedby);
  const star = field.required && h('span', { class: 'required', title: 'needs an answer' }, ' *');
  const caption = isGroup ? h('legend', {}, field.label, star) : h('label', { for: uid }, field.label, star);
  const element = h(isGroup ? 'fieldset' : 'div', { class: 'field' }, caption, about, made.control, problem);
  const complain = (text) => {
    problem.textContent = text;
    for (const input of made.inputs) text ? input.setAttribute('aria-invalid', 'true') : input.removeAttribute('aria-invalid');
  };
  return { id: field.id, element, value: made.value, focus: () => made.inputs[0]?.focus(), complain };
}

function single(field, id, describedby) {
  const props = {
    id,
    'aria-describedby': describedby,
    'aria-required': field.required ? 'true' : undefined,
    placeholder: field.placeholder,
  };
  let input;
  if (field.type === 'dropdown') {
    const none = h('option', { value: '' }, field.required ? 'Choose one' : 'None');
    const options = field.options.map((text, index) => h('option', { value: text, selected: index === field.preset }, text));
    input = h('select', props, none, options);
  } else if (field.type === 'input') input = h('input', { type: 'text', autocomplete: 'off', ...props, value: field.value ?? '' });
  else {
    const files = field.type === 'upload' ? { placeholder: 'Links to files; the sandbox takes no uploads.' } : {};
    input = h('textarea', {
      rows: 5,
      ...props,
      ...files,
      class: field.render === undefined ? undefined : 'code',
      value: field.value ?? '',
    });
  }
  return { control: input, inputs: [input], value: () => input.value };
}

function group(field, describedby) {
  const must = new Set(field.requiredOptions);
  const inputs = [];
  const lines = field.options.map((text, index) => {
    const input = h('input', { type: 'checkbox', value: text, checked: index === field.preset, 'aria-describedby': describedby });
    inputs.push(input);
    return h('label', { class: 'tick' }, input, h('span', {}, text, must.has(text) && h('span', { class: 'required' }, ' *')));
  });
  return {
    control: h('div', { class: 'ticks' }, lines),
    inputs,
    value: () => inputs.filter(({ checked }) => checked).map(({ value }) => value),
  };
}
