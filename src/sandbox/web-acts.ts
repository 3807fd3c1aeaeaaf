import { z } from 'zod';
import { type FormField, type FormSpec, renderAnswers } from '../policy/forms.ts';
import type { Account } from './state.ts';
import { NotServed } from './web-guard.ts';
import { formsOf } from './web-policy.ts';
import { hasRole, POLICY_PATH, personNamed, type Scene } from './web-scene.ts';
import { Refused } from './world/world.ts';

const number = z.int().positive();
const text = z.string().max(70_000);
const name = z.string().min(1).max(300);
const on = <T extends string, S extends z.ZodRawShape>(act: T, shape: S) => z.object({ do: z.literal(act), as: name, ...shape });

/** What a person does on the page. Login, numbers and names are looked up; GitHub's rules decide. */
export const Act = z.discriminatedUnion('do', [
  on('file', { form: name, title: text, values: z.record(z.string().max(300), z.union([text, z.array(text).max(300)])) }),
  on('open', { title: text, body: text }),
  on('comment', { number, body: text }),
  on('edit', { number, comment: z.int().nonnegative(), body: text }),
  on('delete', { comment: number }),
  on('rename', { number, title: text }),
  on('label', { number, label: name }),
  on('unlabel', { number, label: name }),
  on('assign', { number, login: name }),
  on('unassign', { number, login: name }),
  on('close', { number, reason: z.enum(['completed', 'not_planned', 'duplicate']).optional() }),
  on('reopen', { number }),
  on('fix', { number, title: text }),
  on('merge', { number }),
  on('recheck', { run: number }),
  on('commit', { text: z.string().max(300_000), message: z.string().max(300).optional() }),
]);
export type Act = z.infer<typeof Act>;

/** Does it at once; answers the number or id of what came of it. What GitHub refuses is said in words. */
export function perform(scene: Scene, act: Act): { readonly made?: number | string } {
  const person = personNamed(scene, act.as);
  try {
    const made = performed(scene, act, person);
    return made === undefined ? {} : { made };
  } catch (error) {
    if (error instanceof Refused) throw new NotServed(error.status === 404 ? 404 : 422, refusal(error, person));
    throw error;
  }
}

function performed(scene: Scene, act: Act, person: Account): number | string | undefined {
  const { twin, repository: repo } = scene.playground;
  const { act: github } = twin;
  const by = person.login;
  switch (act.do) {
    case 'file':
      return file(scene, act, by);
    case 'open':
      if (!formsOf(scene.repo).blank && !hasRole(scene, person, 'write'))
        throw new NotServed(422, 'This repository takes reports by form only; maintainers may leave the form out.');
      return github.openIssue(repo, { by, title: act.title, body: act.body });
    case 'comment':
      return github.comment(repo, act.number, act.body, by);
    case 'edit':
      if (act.comment === 0) return void github.editIssue(repo, act.number, { body: act.body }, by);
      return void github.editComment(repo, act.comment, act.body, by);
    case 'delete':
      return void github.deleteComment(repo, act.comment, by);
    case 'rename':
      return void github.editIssue(repo, act.number, { title: act.title }, by);
    case 'label':
    case 'unlabel':
      return void github[act.do](repo, act.number, act.label, by);
    case 'assign':
    case 'unassign':
      return void github[act.do](repo, act.number, personNamed(scene, act.login).login, by);
    case 'close':
      return void github.close(repo, act.number, by, act.reason);
    case 'reopen':
      return void github.reopen(repo, act.number, by);
    case 'fix':
      return github.openPull(repo, { by, title: act.title, body: `Fixes #${act.number}` });
    case 'merge':
      return void github.merge(repo, act.number, by);
    case 'recheck':
      return void github.rerequestCheck(repo, act.run, by);
    case 'commit':
      return github.commitFile(repo, POLICY_PATH, act.text, by, { message: act.message?.trim() || 'Change the support policy' });
  }
}

/** As GitHub takes a form: what it requires must be there, and only its own options can be chosen. */
function file(scene: Scene, act: Extract<Act, { do: 'file' }>, by: string): number {
  const form = formsOf(scene.repo).forms.find((one) => one.file === act.form);
  if (!form) throw new NotServed(404, 'This form is not there any more.');
  const fields: Record<string, string> = {};
  if (act.title.trim() === '' || act.title.trim() === form.title?.trim()) fields.title = 'Give it a title.';
  for (const field of form.fields) {
    const problem = problemOf(field, act.values[field.id]);
    if (problem !== undefined) fields[field.id] = problem;
  }
  if (Object.keys(fields).length > 0) throw new NotServed(422, 'Some fields need an answer.', fields);
  const body = renderAnswers(form, valuesOf(form, act.values));
  return scene.playground.twin.act.openIssue(scene.playground.repository, { by, title: act.title, body, labels: form.labels });
}

type Values = Extract<Act, { do: 'file' }>['values'];

const listOf = (value: Values[string] | undefined): readonly string[] =>
  (typeof value === 'string' ? [value] : (value ?? [])).filter((one) => one.trim() !== '');

function problemOf(field: FormField, value: Values[string] | undefined): string | undefined {
  const given = listOf(value);
  if (field.requiredOptions.some((option) => !given.includes(option))) return 'Tick what is required.';
  if (field.required && given.length === 0) return 'This needs an answer.';
  if (field.options.length === 0) return undefined;
  if (given.some((one) => !field.options.includes(one))) return 'Choose one of the options.';
  return field.type === 'dropdown' && !field.multiple && given.length > 1 ? 'Choose one.' : undefined;
}

/** Choices in the order of the form. */
function valuesOf(form: FormSpec, values: Values): Values {
  const entries = form.fields.map(({ id, options }) => {
    const given = listOf(values[id]);
    return [id, options.length > 0 ? options.filter((one) => given.includes(one)) : (given[0] ?? '')] as const;
  });
  return Object.fromEntries(entries);
}

/** GitHub's refusals as a sentence. */
function refusal(error: Refused, person: Account): string {
  const [first] = (error.errors ?? []) as { field?: string; code?: string; message?: string }[];
  if (first?.message) return `GitHub refuses this: ${first.message}.`;
  if (first?.code === 'missing_field') return `The ${first.field} is missing.`;
  const role = /needs the role (\w+)/.exec(error.message)?.[1];
  if (role) return `${person.name ?? person.login} may not do this: it takes the role “${role}” in this repository.`;
  if (error.status === 404) return 'That is not there any more.';
  return `GitHub refuses this: ${error.message}`;
}
