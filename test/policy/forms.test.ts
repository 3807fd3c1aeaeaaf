import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORM_MAX, type FormSpec, fieldAnswer, parameterize, readAnswers, readForm, renderAnswers } from '../../src/policy/forms.ts';
import { effortMs } from '../support/effort.ts';
import '../support/seed.ts';

const BUG = `
name: Bug
description: Report it
title: "[bug] "
labels: [bug, "needs care"]
body:
  - type: markdown
    attributes: { value: Thanks! }
  - type: dropdown
    id: priority
    attributes: { label: Priority, options: ["P1 – Critical: all down", "P2 – High", 3.10], default: 1 }
  - type: input
    attributes: { label: App version }
  - type: textarea
    id: steps
    attributes: { label: Steps, description: One by one, placeholder: "1.", value: "1. " }
    validations: { required: true }
  - type: textarea
    id: logs
    attributes: { label: Logs, render: shell }
  - type: dropdown
    id: areas
    attributes: { label: Areas, multiple: true, options: [Web, "Web, mobile", API] }
  - type: checkboxes
    id: terms
    attributes: { label: Terms, options: [{ label: I searched, required: true }, { label: I can help }] }
  - type: upload
    id: files
    attributes: { label: Files }
    validations: { accept: ".png,.zip" }
`;

const formOf = (yaml: string, file = 'bug.yml'): FormSpec => {
  const form = readForm(file, yaml);
  if ('problem' in form) throw new Error(form.problem);
  return form;
};
const field = (type: string, attributes: string, id = '') => `  - type: ${type}\n${id && `    id: ${id}\n`}    attributes: ${attributes}\n`;
const textarea = (label: string, id?: string) => field('textarea', `{ label: ${JSON.stringify(label)} }`, id);
const formWith = (...fields: string[]) => `name: N\ndescription: D\nbody:\n${fields.join('')}`;
const bug = formOf(BUG);
const body = (...parts: string[]) => parts.join('\n\n');
/** A body with four of the headings. */
const bodyOf = (priority: string, steps: string, logs = '', areas = '') =>
  body('### Priority', priority, '### Steps', steps, '### Logs', logs, '### Areas', areas);

describe('a form as GitHub takes it', () => {
  test('fields keep what a page needs to show them', () => {
    const kinds = 'priority:dropdown app-version:input steps:textarea logs:textarea areas:dropdown terms:checkboxes files:upload';
    expect(bug.fields.map(({ id, type }) => `${id}:${type}`).join(' ')).toBe(kinds);
    expect(bug).toMatchObject({ file: 'bug.yml', name: 'Bug', title: '[bug] ', labels: ['bug', 'needs care'] });
    expect(bug.body[0]).toEqual({ type: 'markdown', value: 'Thanks!' });
    expect(bug.fields[0]).toMatchObject({
      options: ['P1 – Critical: all down', 'P2 – High', '3.10'],
      preset: 1,
      multiple: false,
      required: false,
    });
    expect(bug.fields[2]).toMatchObject({ description: 'One by one', placeholder: '1.', value: '1. ', required: true });
    expect(bug.fields[5]).toMatchObject({ options: ['I searched', 'I can help'], requiredOptions: ['I searched'] });
  });

  for (const [label, id] of [
    ['App version', 'app-version'],
    ['  What happened?? ', 'what-happened'],
    ['Średni — żółć_ß', 'sredni-zolc_ss'],
    ['Țară și oraș', 'ara-i-ora'],
    ['Версия', ''],
  ] as const)
    test(`the id that Rails makes of "${label}" is "${id}"`, () => expect(parameterize(label)).toBe(id));

  test('a label without a Latin letter names its field by itself', () => {
    expect(formOf(formWith(textarea('Сообщение'))).fields[0]!.id).toBe('сообщение');
  });
});

describe('a form that GitHub would drop', () => {
  const dropdown = (rest: string) => formWith(field('dropdown', `{ label: A, ${rest} }`));
  for (const [claim, yaml, said] of [
    ['an empty file is no form', '', 'is missing or of the wrong kind'],
    ['a list is no form', '- a', 'is missing or of the wrong kind'],
    ['broken YAML is named with its line', 'name: N\nbody: [', 'not valid YAML, at line 2'],
    ['a name must be there', 'description: D\nbody: []', 'name is missing'],
    ['a description ends at 200 characters', formWith(textarea('A')).replace('D', 'd'.repeat(201)), 'longer than 200'],
    ['a key that no form has', `nmae: x\n${formWith(textarea('A'))}`, '"nmae" is not a key that GitHub allows in the form'],
    ['a key that no field has', formWith(field('input', '{ label: A, lable: B }')), '"lable" is not a key'],
    ['a key of another kind of field', formWith(field('input', '{ label: A, render: sh }')), 'allows in body[0].attributes'],
    ['an unknown kind of field', formWith(field('slider', '{ label: A }')), 'body[0].type is not a kind of field'],
    ['a label must be there', formWith(field('input', '{ description: A }')), 'body[0].attributes.label is missing'],
    ['texts alone are no form', formWith(field('markdown', '{ value: A }')), 'at least one field'],
    ['labels are unique', formWith(textarea('A', 'a'), textarea('A', 'b')), 'two fields have the label "A"'],
    ['ids are unique', formWith(textarea('A', 'a'), textarea('B', 'a')), '"B" has the id of another field'],
    ['labels that make the same id', formWith(textarea('Step 1'), textarea('Step  1!')), 'has the id of another field'],
    ['an id has no spaces', formWith(textarea('A', 'a b')), 'body[0].id may hold only'],
    ['an unquoted Yes is a boolean', dropdown('options: [Yes, Later]'), 'options[0] must be text (put it in quotes)'],
    ['None is reserved', dropdown('options: [one, none]'), 'must not be "None"'],
    ['options are not repeated', dropdown('options: [a, a]'), 'repeats an option'],
    ['a dropdown has options', dropdown('options: []'), 'must not be empty'],
    ['a default is one of the options', dropdown('options: [a], default: 1'), 'default of "A" is not one of'],
    ['nobody asks for a password', formWith(textarea('Your Password')), 'must not ask for a password'],
    ['a form has an end', formWith(textarea('A'), '#'.repeat(FORM_MAX.chars)), `longer than ${FORM_MAX.chars}`],
    [
      'fields are counted',
      formWith(...Array.from({ length: FORM_MAX.fields + 1 }, (_, i) => textarea(`A${i}`))),
      `more than ${FORM_MAX.fields}`,
    ],
    ['an alias bomb', `a: &a [x]\n${Array.from({ length: 60 }, (_, i) => `b${i}: [*a, *a]`).join('\n')}`, 'repeats itself too often'],
    ['a deep well', `body: ${'['.repeat(5_000)}`, 'f.yml:'],
  ] as const)
    test(claim, () => {
      const read = readForm('f.yml', yaml);
      expect('problem' in read && read.problem).toContain(said);
      expect('problem' in read && read.problem).toMatch(/^f\.yml: .*\.$/);
    });

  test('quoted Yes and No, and y, n, numbers and dates as they are, are options', () => {
    const form = formOf(dropdown(`options: ["Yes", 'No', y, n, 1.0, 2026-01-05]`));
    expect(form.fields[0]!.options).toEqual(['Yes', 'No', 'y', 'n', '1.0', '2026-01-05']);
  });
});

describe('the answers of a submitted form', () => {
  test('GitHub writes a heading and an answer for every field', () => {
    const values = { priority: 'P2 – High', steps: '1. go', logs: 'boom', areas: ['Web, mobile', 'API'], terms: ['I searched'] };
    expect(renderAnswers(bug, values)).toBe(
      body(
        '### Priority',
        'P2 – High',
        '### App version',
        '_No response_',
        '### Steps',
        '1. go',
        '### Logs',
        '```shell\nboom\n```',
        '### Areas',
        'Web, mobile, API',
      ) + body('', '### Terms', '- [x] I searched\n- [ ] I can help', '### Files', '_No response_'),
    );
  });

  const picture = '![x](https://github.com/user-attachments/assets/1b)';
  const file = '[a.zip](https://github.com/user-attachments/files/1/a.zip)';
  const high = { text: 'P2 – High', blank: false, choices: ['P2 – High'] };
  for (const [claim, text, key, want] of [
    ['an answer is its text', bodyOf('P2 – High', 'go'), 'priority', high],
    ['_No response_ is blank', bodyOf('_No response_', 'x'), 'priority', { text: '', blank: true }],
    ['None of a dropdown is blank', bodyOf('None', 'x'), 'priority', { blank: true }],
    ['None of a textarea is an answer', bodyOf('None', 'None'), 'steps', { text: 'None', blank: false }],
    ['an empty section is blank', '### Priority\n\n### Steps\n\nx\n\n### Logs\n\n### Areas\n', 'areas', { blank: true }],
    ['the fence of render is not part of the answer', bodyOf('', '', '```shell\na\n\nb\n```'), 'logs', { text: 'a\n\nb' }],
    ['an empty fence is blank', bodyOf('', '', '```shell\n\n```'), 'logs', { blank: true }],
    ['CRLF is a line end too', bodyOf('', 'a\nb').replaceAll('\n', '\r\n'), 'steps', { text: 'a\nb' }],
    ['options that hold a comma', bodyOf('', '', '', 'Web, mobile, Web'), 'areas', { choices: ['Web, mobile', 'Web'] }],
    ['words beside the options are no choice', bodyOf('', '', '', 'Web, moon'), 'areas', { text: 'Web, moon', choices: [], blank: false }],
    [
      'a capital X ticks a box',
      body(bodyOf('', ''), '### Terms', '- [X] I searched\n- [ ] I can help'),
      'terms',
      { choices: ['I searched'] },
    ],
    ['no ticked box is blank', body(bodyOf('', ''), '### Terms', '- [ ] I searched\n- [ ] I can help'), 'terms', { blank: true }],
    ['a picture is an answer', bodyOf('', picture), 'steps', { text: picture, blank: false }],
    ['a file is an answer', body(bodyOf('', ''), '### Files', file), 'files', { text: file, blank: false }],
    ['foreign headings belong to the answer', bodyOf('', 'a\n\n### Mine\n\nb'), 'steps', { text: 'a\n\n### Mine\n\nb' }],
    ['a label without blank lines is text', bodyOf('', 'a\n### Logs\nb'), 'steps', { text: 'a\n### Logs\nb' }],
    ['a label out of order is text', bodyOf('', 'a\n\n### Priority\n\nb'), 'steps', { text: 'a\n\n### Priority\n\nb' }],
    ['a label inside code is text', bodyOf('', '```\n\n### Logs\n\n### Areas\n\n```', 'c', 'API'), 'logs', { text: 'c' }],
    ['a label inside a rendered log is text', bodyOf('', '', '```shell\n\n### Areas\n\nx\n```', 'API'), 'areas', { text: 'API' }],
    ['a fence left open swallows nothing', bodyOf('', '```\nopen', '```shell\nc\n```', 'API'), 'areas', { text: 'API' }],
    ['words added after a choice are not part of it', bodyOf('P2 – High\n\n### Added\n\nx', 'a'), 'priority', high],
  ] as const)
    test(claim, () => {
      const { form, answers } = readAnswers(text, [bug]);
      expect(form).toBe(bug);
      expect(answers.get(key)).toMatchObject(want);
    });
});

describe('which form it was', () => {
  test('a report pasted into an answer does not answer for the form', () => {
    const pasted = renderAnswers(bug, { priority: 'P1 – Critical: all down', steps: 'theirs' });
    const { answers } = readAnswers(renderAnswers(bug, { priority: 'P2 – High', steps: 'mine', files: pasted }), [bug]);
    expect(['priority', 'steps', 'files'].map((id) => answers.get(id)?.text)).toEqual(['P2 – High', 'mine', pasted]);
  });

  const question = formOf(formWith(textarea('Steps'), textarea('Question')), 'question.yml');
  for (const [claim, text, want] of [
    ['a bug is a bug', renderAnswers(bug, {}), 'bug.yml'],
    ['a question is a question', renderAnswers(question, {}), 'question.yml'],
    ['a form that lost a heading is still known', renderAnswers(bug, {}).replace('### Logs\n\n', ''), 'bug.yml'],
    ['headings in another order are another form', body('### Question', 'a', '### Steps', 'b', '### Terms', 'c'), 'question.yml'],
    ['a free text has no form', 'It is broken.\n\n### Environment\n\nnone', undefined],
  ] as const)
    test(claim, () => expect(readAnswers(text, [question, bug]).form?.file).toBe(want));

  test('without a form the headings speak for themselves, the first of equals', () => {
    const { form, answers } = readAnswers(
      'intro\n\n### App – Version\n\n1\n\n### app - version\n\n2\n\n```\n\n### Not this\n\n```\n\n### Logs\n\nNone',
      [],
    );
    expect(form).toBeUndefined();
    expect([...answers.values()].map(({ label, text, blank }) => [label, text, blank])).toEqual([
      ['App – Version', '1', false],
      ['Logs', '', true],
    ]);
  });

  for (const [claim, key, want] of [
    ['by id', 'priority', 'P2 – High'],
    ['by label', 'Priority', 'P2 – High'],
    ['by a label in other letters', 'app  VERSION', '7'],
    ['by the id of a label', 'app-version', '7'],
    ['not at all', 'plan', undefined],
    ['not by what every object has', 'constructor', undefined],
  ] as const)
    test(`a field is found ${claim}, with and without the form`, () => {
      const text = renderAnswers(bug, { priority: 'P2 – High', 'app-version': '7' });
      expect(fieldAnswer(readAnswers(text, [bug]).answers, key)?.text).toBe(want);
      expect(fieldAnswer(readAnswers(text, []).answers, key)?.text).toBe(want);
    });
});

describe('whatever people write', () => {
  const LABELS = [
    'Opis problemu',
    'Kroki – odtworzenia',
    'Описание (ещё)',
    'Pași și țintă',
    'Priorytet (P1–P4)',
    '„Wersja”',
    'Logi',
    'Що?',
  ];
  const OURS = ['', '### Ours', '#### x', '> ### Logi', '- [x] a', 'zażółć', 'страница', 'încă', '_No', '~x~'];
  const plain = fc.string({ maxLength: 30 }).filter((text) => !/[\r\n`~]/.test(text) && !text.startsWith('### '));
  const line = fc.oneof(plain, fc.constantFrom(...OURS));
  const inCode = fc.array(fc.oneof(line, fc.constantFrom(...LABELS.map((label) => `### ${label}`))), { maxLength: 4 });
  const fenced = inCode.map((lines) => ['```js', ...lines, '```'].join('\n'));
  const texts = fc.array(fc.oneof({ weight: 4, arbitrary: line }, fenced), { maxLength: 6 }).map((parts) => parts.join('\n').trim());
  const prose = texts.filter((text) => text !== '_No response_');
  const isList = (index: number) => index % 3 === 2;
  const fieldFor = (label: string, i: number) =>
    isList(i)
      ? field('dropdown', `{ label: ${JSON.stringify(label)}, multiple: true, options: ["a", "b, c", "ż"] }`, `f${i}`)
      : textarea(label, `f${i}`);
  const form = (labels: readonly string[]) => formOf(formWith(...labels.map(fieldFor)));
  const filled = fc
    .shuffledSubarray(LABELS, { minLength: 2 })
    .chain((labels) =>
      fc.tuple(fc.constant(labels), fc.tuple(...labels.map((_, i) => (isList(i) ? fc.subarray(['a', 'b, c', 'ż']) : prose)))),
    );

  test('what a form submits is what is read, in Polish, Romanian and Russian', () => {
    fc.assert(
      fc.property(filled, fc.boolean(), ([labels, values], crlf) => {
        const spec = form(labels);
        const text = renderAnswers(spec, Object.fromEntries(values.map((value, i) => [`f${i}`, value])));
        const { form: known, answers } = readAnswers(crlf ? text.replaceAll('\n', '\r\n') : text, [bug, spec]);
        expect(known).toBe(spec);
        for (const [i, value] of values.entries()) {
          if (typeof value === 'string') expect(answers.get(`f${i}`)).toMatchObject({ text: value, blank: value === '' });
          else expect(answers.get(`f${i}`)).toMatchObject({ choices: value, blank: value.length === 0 });
        }
      }),
      { numRuns: 300 },
    );
  });

  test('no body breaks it, and answers are parts of the body', () => {
    const marks = ['```', '~~~', '### Priority', '### Steps', '### Logs', '### Areas', '\r'];
    const soup = fc.array(fc.oneof(line, fenced, fc.constantFrom(...marks)), { maxLength: 40 });
    fc.assert(
      fc.property(soup, (lines) => {
        const text = lines.join('\n');
        for (const answer of readAnswers(text, [bug]).answers.values()) expect(text.replaceAll('\r\n', '\n')).toContain(answer.text);
      }),
      { numRuns: 300 },
    );
  });

  const crowd = Array.from({ length: FORM_MAX.forms }, () => bug);
  for (const [claim, hostile] of [
    ['ten thousand headings', '### Priority\n\n'.repeat(10_000)],
    ['two labels in turn', '### Steps\n\n### Logs\n\n'.repeat(5_000)],
    ['ten thousand fences that never close', '```\n\n'.repeat(10_000)],
    ['a fence of 65,536 ticks', '`'.repeat(65_536)],
    ['65,536 spaces', ' '.repeat(65_536)],
    ['an endless list of options', `### Areas\n\n${'Web, '.repeat(20_000)}`],
    ['a megabyte', '### Steps\n\nx\n\n'.repeat(70_000)],
  ] as const)
    test(`${claim} against ${FORM_MAX.forms} forms takes no time to speak of`, () => {
      const begun = effortMs();
      readAnswers(hostile, crowd);
      expect(effortMs() - begun).toBeLessThan(3_000);
    });
});
