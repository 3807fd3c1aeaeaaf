import { labelJson } from '../render/account.ts';
import type { Issue, Label, Repo } from '../state.ts';
import { bump, log, tell } from './issues.ts';
import { mustBe } from './people.ts';
import { type Actor, Refused, type World } from './world.ts';

const NAME_CHARS_MAX = 50;
const DESCRIPTION_CHARS_MAX = 100;
/** What GitHub gives a label that was made by putting it on an issue. */
const DEFAULT_COLOR = 'ededed';

export type NewLabel = { readonly name: string; readonly color?: string; readonly description?: string | null };

function check(
  world: World,
  repo: Repo,
  name: string | undefined,
  color: string | undefined,
  description: string | null | undefined,
  self?: Label,
): void {
  const errors: Record<string, unknown>[] = [];
  const other = name === undefined ? undefined : world.label(repo, name);
  if (name !== undefined && name.trim() === '') errors.push({ resource: 'Label', code: 'missing_field', field: 'name' });
  else if (other && other !== self) errors.push({ resource: 'Label', code: 'already_exists', field: 'name' });
  if (name !== undefined && [...name].length > NAME_CHARS_MAX)
    errors.push({
      resource: 'Label',
      code: 'custom',
      field: 'name',
      message: `name is too long (maximum is ${NAME_CHARS_MAX} characters)`,
    });
  if (color !== undefined && !/^[0-9a-f]{6}$/i.test(color)) errors.push({ resource: 'Label', code: 'invalid', field: 'color' });
  if (description && [...description].length > DESCRIPTION_CHARS_MAX)
    errors.push({
      resource: 'Label',
      code: 'custom',
      field: 'description',
      message: `description is too long (maximum is ${DESCRIPTION_CHARS_MAX} characters)`,
    });
  if (errors.length > 0) throw new Refused('Validation Failed', 422, errors);
}

export function createLabel(world: World, repo: Repo, actor: Actor, what: NewLabel): Label {
  mustBe(world, repo, actor, 'write');
  check(world, repo, what.name, what.color, what.description);
  const label = world.made({
    id: world.id(),
    name: what.name.trim(),
    color: (what.color ?? DEFAULT_COLOR).toLowerCase(),
    description: what.description ?? null,
    isDefault: false,
  });
  repo.labels[label.id] = label;
  world.happened({
    event: 'label',
    action: 'created',
    repo,
    sender: actor.account,
    body: () => ({ label: labelJson(world, repo, label) }),
  });
  return label;
}

export function editLabel(world: World, repo: Repo, actor: Actor, label: Label, to: Partial<NewLabel>): void {
  mustBe(world, repo, actor, 'write');
  check(world, repo, to.name, to.color, to.description, label);
  const changes: Record<string, { from: string }> = {};
  world.touch(label);
  if (to.name !== undefined && to.name !== label.name) {
    changes.name = { from: label.name };
    label.name = to.name;
  }
  if (to.color !== undefined && to.color.toLowerCase() !== label.color) {
    changes.color = { from: label.color };
    label.color = to.color.toLowerCase();
  }
  if (to.description !== undefined && to.description !== label.description) {
    changes.description = { from: label.description ?? '' };
    label.description = to.description;
  }
  if (Object.keys(changes).length === 0) return;
  world.happened({
    event: 'label',
    action: 'edited',
    repo,
    sender: actor.account,
    body: () => ({ label: labelJson(world, repo, label), changes }),
  });
}

/** The issues lose it without a word: neither timeline nor webhook of theirs says so. */
export function deleteLabel(world: World, repo: Repo, actor: Actor, label: Label): void {
  mustBe(world, repo, actor, 'write');
  for (const issue of Object.values(repo.issues))
    if (issue.labels.includes(label.id)) world.touch(issue).labels = issue.labels.filter((id) => id !== label.id);
  delete repo.labels[label.id];
  world.happened({
    event: 'label',
    action: 'deleted',
    repo,
    sender: actor.account,
    body: () => ({ label: labelJson(world, repo, label) }),
  });
}

/** Puts one label on; `already` when the issue was opened with it. What is there already yields no event. */
export function labelIssue(world: World, repo: Repo, issue: Issue, actor: Actor, label: Label, already = false): void {
  if (!already) {
    if (issue.labels.includes(label.id)) return;
    bump(world, issue).labels = [...issue.labels, label.id];
  }
  log(world, issue, actor, 'labeled', { label: { name: label.name, color: label.color } });
  tell(world, repo, issue, actor, 'labeled', () => ({ label: labelJson(world, repo, label) }));
}

/** Adds by name; unknown ones are created, as the API does. */
export function addLabels(world: World, repo: Repo, issue: Issue, actor: Actor, names: readonly string[]): void {
  mustBe(world, repo, actor, 'triage');
  for (const name of names)
    if ([...name].length > NAME_CHARS_MAX || name.trim() === '')
      throw new Refused('Validation Failed', 422, [{ value: name, resource: 'Label', field: 'name', code: 'invalid' }]);
  for (const name of names) labelIssue(world, repo, issue, actor, world.label(repo, name) ?? createLabel(world, repo, actor, { name }));
}

export function removeLabel(world: World, repo: Repo, issue: Issue, actor: Actor, name: string): void {
  mustBe(world, repo, actor, 'triage');
  const label = world.label(repo, name);
  if (!label || !issue.labels.includes(label.id)) throw new Refused('Label does not exist', 404);
  bump(world, issue).labels = issue.labels.filter((id) => id !== label.id);
  log(world, issue, actor, 'unlabeled', { label: { name: label.name, color: label.color } });
  tell(world, repo, issue, actor, 'unlabeled', () => ({ label: labelJson(world, repo, label) }));
}

/** As a whole (PATCH issue): removes and adds one by one. */
export function setLabels(world: World, repo: Repo, issue: Issue, actor: Actor, names: readonly string[]): void {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const id of issue.labels) {
    const name = repo.labels[id]?.name;
    if (name !== undefined && !wanted.has(name.toLowerCase())) removeLabel(world, repo, issue, actor, name);
  }
  addLabels(world, repo, issue, actor, names);
}
