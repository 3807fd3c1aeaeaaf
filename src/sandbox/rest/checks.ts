import { checkRunJson } from '../render/git.ts';
import type { CheckRun } from '../state.ts';
import { type CheckInput, createCheck, updateCheck } from '../world/checks.ts';
import { commitAt } from '../world/files.ts';
import { Refused } from '../world/world.ts';
import { type Answer, type Call, notFound, objectOf, ok, paged, type Route } from './answer.ts';

function listRuns(call: Call): Answer {
  const { world, repo, query } = call;
  const commit = commitAt(world, repo, call.params.ref!);
  if (!commit) throw new Refused(`No commit found for SHA: ${call.params.ref}`, 422);
  const name = query.get('check_name');
  const app = query.get('app_id');
  const status = query.get('status');
  let runs = world
    .seen(Object.values(repo.checks))
    .filter((run) => run.headSha === commit.sha && (!name || run.name === name) && (!status || run.status === status));
  if (app && Number(app) !== world.state.app.id) runs = [];
  runs.sort((a, b) => b.id - a.id);
  if ((query.get('filter') ?? 'latest') === 'latest') runs = runs.filter((run, i) => runs.findIndex((one) => one.name === run.name) === i);
  return paged(
    call,
    runs,
    (run) => checkRunJson(world, repo, run),
    (check_runs) => ({ total_count: runs.length, check_runs }),
  );
}

function runOf(call: Call): CheckRun {
  const run = call.repo.checks[Number(call.params.check_run_id)];
  if (!run) throw notFound();
  return run;
}

function update(call: Call): Answer {
  const run = runOf(call);
  updateCheck(call.world, call.repo, call.actor, run, objectOf(call.body) as CheckInput);
  return ok(checkRunJson(call.world, call.repo, run));
}

const write = { as: 'installation', needs: ['checks', 'write'] } as const;

export const CHECK_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}/commits/{ref}/check-runs', as: 'installation', needs: ['checks', 'read'], run: listRuns },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/check-runs',
    ...write,
    run: (call) =>
      ok(checkRunJson(call.world, call.repo, createCheck(call.world, call.repo, call.actor, objectOf(call.body) as CheckInput)), 201),
  },
  { method: 'PATCH', path: '/repos/{owner}/{repo}/check-runs/{check_run_id}', ...write, run: update },
];
