import { checkRunJson } from '../render/git.ts';
import type { CheckRun, Repo } from '../state.ts';
import { type Actor, Refused, type World } from './world.ts';

/** In one request; more are appended by further PATCHes. */
const ANNOTATIONS_MAX = 50;
const TEXT_CHARS_MAX = 65_535;
const CONCLUSIONS = ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'stale', 'timed_out'];

export type CheckInput = {
  readonly name?: string;
  readonly head_sha?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly status?: string;
  readonly started_at?: string;
  readonly conclusion?: string;
  readonly completed_at?: string;
  readonly output?: { title?: string; summary?: string; text?: string; annotations?: Record<string, unknown>[] };
  readonly actions?: { label: string; description: string; identifier: string }[];
};

const bad = (field: string, message: string): Refused =>
  new Refused(`Invalid request.\n\n${message}`, 422, [{ resource: 'CheckRun', field, code: 'invalid', message }]);

function checkAnnotation(one: Record<string, unknown>): void {
  const { start_line: start, end_line: end } = one;
  if (typeof one.path !== 'string' || typeof one.message !== 'string') throw bad('annotations', 'path and message are needed.');
  if (typeof start !== 'number' || typeof end !== 'number' || start < 1 || end < start)
    throw bad('annotations', 'start_line must be 1 or more, end_line not before it.');
  if (!['notice', 'warning', 'failure'].includes(String(one.annotation_level))) throw bad('annotations', 'annotation_level is not known.');
  if (start !== end && (one.start_column !== undefined || one.end_column !== undefined))
    throw bad('annotations', 'columns only within one line.');
}

function check(input: CheckInput): void {
  const { output, actions = [] } = input;
  if (output) {
    if (!output.summary || (output.title ?? '') === '') throw bad('output', 'For output, "title" and "summary" are needed.');
    for (const text of [output.summary, output.text ?? ''])
      if (text.length > TEXT_CHARS_MAX) throw bad('output', 'Only 65535 characters are allowed.');
    if ((output.annotations ?? []).length > ANNOTATIONS_MAX) throw bad('annotations', `No more than ${ANNOTATIONS_MAX} items are allowed.`);
    for (const one of output.annotations ?? []) checkAnnotation(one);
  }
  if (actions.length > 3) throw bad('actions', 'No more than 3 items are allowed.');
  for (const one of actions)
    if (one.label.length > 20 || one.description.length > 40 || one.identifier.length > 20) throw bad('actions', 'An action is too long.');
  if (input.conclusion !== undefined && !CONCLUSIONS.includes(input.conclusion)) throw bad('conclusion', 'The conclusion is not known.');
  if (input.status === 'completed' && input.conclusion === undefined) throw bad('conclusion', 'A completed run needs a conclusion.');
}

export function createCheck(world: World, repo: Repo, actor: Actor, input: CheckInput): CheckRun {
  if (!input.name) throw bad('name', '"name" wasn\'t supplied.');
  const commit = input.head_sha === undefined ? undefined : repo.commits[input.head_sha];
  if (!commit) throw new Refused('No commit found for SHA', 422);
  check(input);
  const run: CheckRun = {
    id: world.id(),
    suiteId: world.id(),
    headSha: commit.sha,
    name: input.name,
    externalId: '',
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    startedAt: new Date(world.now() * 1000).toISOString(),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
  };
  repo.checks[run.id] = world.made(run);
  write(world, run, input);
  tell(world, repo, run, actor, 'created');
  if (run.status === 'completed') tell(world, repo, run, actor, 'completed');
  return run;
}

export function updateCheck(world: World, repo: Repo, actor: Actor, run: CheckRun, input: CheckInput): void {
  check(input);
  const was = run.status;
  write(world, world.touch(run), input);
  if (run.status === 'completed' && was !== 'completed') tell(world, repo, run, actor, 'completed');
}

function write(world: World, run: CheckRun, input: CheckInput): void {
  if (input.name !== undefined) run.name = input.name;
  if (input.external_id !== undefined) run.externalId = input.external_id;
  if (input.details_url !== undefined) run.detailsUrl = input.details_url;
  if (input.started_at !== undefined) run.startedAt = input.started_at;
  if (input.status !== undefined) run.status = input.status;
  if (input.conclusion !== undefined) {
    run.conclusion = input.conclusion;
    run.status = 'completed';
    run.completedAt = input.completed_at ?? new Date(world.now() * 1000).toISOString();
  }
  if (!input.output) return;
  const { title, summary, text, annotations = [] } = input.output;
  run.output = { title: title ?? null, summary: summary ?? null, text: text ?? run.output.text };
  run.annotations = [...run.annotations, ...annotations];
}

function tell(world: World, repo: Repo, run: CheckRun, actor: Actor, action: string): void {
  world.happened({ event: 'check_run', action, repo, sender: actor.account, body: () => ({ check_run: checkRunJson(world, repo, run) }) });
}

/** Somebody presses "Re-run". */
export function rerequest(world: World, repo: Repo, run: CheckRun, actor: Actor): void {
  tell(world, repo, run, actor, 'rerequested');
}
