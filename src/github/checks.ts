import { type Instant, iso } from '../calendar/time.ts';
import type { Problem } from '../policy/types.ts';
import { type CheckRunRead, type CheckRunWrite, Fault, type RepoRef } from '../watch/github-port.ts';
import { type Api, repoPath } from './api.ts';
import { CheckRunJson, CheckRunsJson } from './schemas.ts';

/** `platform.md`, 1.7: annotations of one request, characters of texts. */
const BATCH = 50;
const TEXT_CHARS_MAX = 65_000;
const TITLE_CHARS_MAX = 255;
const MESSAGE_CHARS_MAX = 4_000;
/** A file with more problems than this is not read to the end by anybody. */
const ANNOTATIONS_MAX = 500;

/** The newest completed run of that name on a commit, of this App. */
export async function readCheckRun(api: Api, repo: RepoRef, app: number, commit: string, name: string): Promise<CheckRunRead | undefined> {
  const query = `check_name=${encodeURIComponent(name)}&status=completed&filter=latest&app_id=${app}&per_page=100`;
  const found = await api.find(repo, `${repoPath(repo, 'commits', commit, 'check-runs')}?${query}`, CheckRunsJson);
  const ours = (found?.check_runs ?? []).filter((run) => (run.app ? run.app.id === app : true));
  const newest = ours.sort((a, b) => (b.completed_at ?? 0) - (a.completed_at ?? 0) || b.id - a.id)[0];
  return newest && runOf(newest);
}

/** Completed at once; annotations beyond the first 50 follow in further requests. */
export async function createCheckRun(api: Api, repo: RepoRef, run: CheckRunWrite, now: Instant): Promise<CheckRunRead> {
  const annotations = run.annotations.slice(0, ANNOTATIONS_MAX).map((problem) => annotationOf(problem, run.path));
  const words = { title: run.title.slice(0, TITLE_CHARS_MAX), summary: run.summary.slice(0, TEXT_CHARS_MAX) };
  const created = await api.writeFor(
    repo,
    'normal',
    'POST',
    repoPath(repo, 'check-runs'),
    {
      name: run.name,
      head_sha: run.commit,
      status: 'completed',
      conclusion: run.good ? 'success' : 'failure',
      completed_at: iso(now),
      output: { ...words, annotations: annotations.slice(0, BATCH) },
    },
    CheckRunJson,
  );
  for (let from = BATCH; from < annotations.length; from += BATCH) {
    const output = { ...words, annotations: annotations.slice(from, from + BATCH) };
    await api.write(repo, 'normal', 'PATCH', repoPath(repo, 'check-runs', created.id), { output });
  }
  return runOf(created);
}

function runOf(run: CheckRunJson): CheckRunRead {
  if (run.completed_at == null) throw new Fault('passing', 'the check run is not completed');
  return { id: run.id, good: run.conclusion === 'success', completedAt: run.completed_at };
}

/** GitHub's columns are inclusive, and allowed on one line only. A problem of another file stands on the first line of ours. */
function annotationOf(problem: Problem, path: string): object {
  const own = problem.file === 'own';
  const start = own ? Math.max(1, problem.line) : 1;
  const before = problem.endColumn <= 1 && problem.endLine > problem.line ? 1 : 0;
  const end = own ? Math.max(start, problem.endLine - before) : 1;
  const column = Math.max(1, problem.column);
  const columns = own && start === end ? { start_column: column, end_column: Math.max(column, problem.endColumn - 1) } : {};
  return {
    path,
    start_line: start,
    end_line: end,
    ...columns,
    annotation_level: 'failure',
    message: problem.message.slice(0, MESSAGE_CHARS_MAX) || '?',
    ...(problem.path === '' ? {} : { title: problem.path.slice(0, TITLE_CHARS_MAX) }),
  };
}
