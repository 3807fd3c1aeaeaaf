import { labelJson } from '../render/account.ts';
import type { Issue, Label } from '../state.ts';
import { addLabels, createLabel, editLabel, removeLabel } from '../world/labels.ts';
import { type Answer, type Call, namesOf, notFound, objectOf, ok, paged, type Route, textOf } from './answer.ts';
import { issueOf } from './issues.ts';

function labelOf(call: Call): Label {
  const label = call.world.label(call.repo, call.params.name!);
  if (!label) throw notFound();
  return label;
}

function getLabel(call: Call): Answer {
  const label = call.world.view(labelOf(call));
  if (!label) throw notFound();
  return ok(labelJson(call.world, call.repo, label));
}

const given = (call: Call): { color?: string; description?: string } => {
  const { color, description } = objectOf(call.body);
  return { ...(typeof color === 'string' && { color }), ...(typeof description === 'string' && { description }) };
};

function create(call: Call): Answer {
  const label = createLabel(call.world, call.repo, call.actor, { name: textOf(call.body, 'name', 'Label'), ...given(call) });
  return ok(labelJson(call.world, call.repo, label), 201);
}

function update(call: Call): Answer {
  const label = labelOf(call);
  const name = objectOf(call.body).new_name;
  editLabel(call.world, call.repo, call.actor, label, { ...(typeof name === 'string' && { name }), ...given(call) });
  return ok(labelJson(call.world, call.repo, label));
}

const labelsOf = (call: Call, issue: Issue): Answer =>
  ok(issue.labels.map((id) => labelJson(call.world, call.repo, call.repo.labels[id]!)));

function add(call: Call): Answer {
  const issue = issueOf(call);
  const names = Array.isArray(call.body) ? call.body : objectOf(call.body).labels;
  addLabels(call.world, call.repo, issue, call.actor, namesOf(names ?? [], 'name'));
  return labelsOf(call, issue);
}

function remove(call: Call): Answer {
  const issue = issueOf(call);
  removeLabel(call.world, call.repo, issue, call.actor, call.params.name!);
  return labelsOf(call, issue);
}

const read = { as: 'installation', needs: ['issues', 'read'] } as const;
const write = { as: 'installation', needs: ['issues', 'write'] } as const;

export const LABEL_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/labels',
    ...read,
    run: (call) => paged(call, call.world.seen(Object.values(call.repo.labels)), (label) => labelJson(call.world, call.repo, label)),
  },
  { method: 'POST', path: '/repos/{owner}/{repo}/labels', ...write, run: create },
  { method: 'GET', path: '/repos/{owner}/{repo}/labels/{name}', ...read, run: getLabel },
  { method: 'PATCH', path: '/repos/{owner}/{repo}/labels/{name}', ...write, run: update },
  { method: 'POST', path: '/repos/{owner}/{repo}/issues/{issue_number}/labels', ...write, run: add },
  { method: 'DELETE', path: '/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', ...write, run: remove },
];
