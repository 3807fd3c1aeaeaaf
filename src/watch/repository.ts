import { type Instant, instant } from '../calendar/time.ts';
import { readForm } from '../policy/forms.ts';
import type { Language, Problem } from '../policy/types.ts';
import { CHECK_NAME, type CheckRunText, checkRunOf } from '../words/check.ts';
import { type CheckRunRead, Fault, type RepoRef } from './github-port.ts';
import { BACKGROUND, issueSubject, NORMAL, type Parts, sweepSubject } from './parts.ts';
import { type Judged, judgePolicy, refOf } from './policies.ts';
import { type Good, type RepoState, type States, stepMark } from './repo-state.ts';
import { dataOf } from './row.ts';

export const SUPPORT_FILE = '.github/support.yml';
export const FORMS_FOLDER = '.github/ISSUE_TEMPLATE';
/** `policy.md`: after a loss, the last good file is the newest valid one of so many commits. */
const HISTORY_MAX = 50;
const FORMS_MAX = 30;
/** All forms of a repository together; a store's row has room for them beside the policy. */
const FORMS_CHARS_MAX = 500_000;

/**
 * Reads the policy and the forms of a repository, judges a file that is new, says so in a check run, and wakes whom a new policy concerns.
 * Answers the state as it is afterwards. `asked`: somebody wants the check to run again. `sure`: what was not there has been asked for often enough.
 */
export async function lookAtRepository(
  parts: Parts,
  states: States,
  repo: RepoRef,
  now: Instant,
  { asked = false, sure = false }: { readonly asked?: boolean; readonly sure?: boolean } = {},
): Promise<RepoState> {
  const { github } = parts;
  const known = await states.read(repo.id);
  // Most repositories of an organization have no file: one request says so.
  if (known.status === 'off' && !known.judged && (await github.commitsTouching(repo, SUPPORT_FILE, 1)).length === 0) return known;
  const read = await github.repository(repo);
  const here: RepoRef = { ...repo, owner: read.owner, name: read.name };
  const before = await states.edit(here, (state) => ({ ...state, defaultBranch: read.defaultBranch }));
  if (read.archived || !read.hasIssues) return close(parts, states, here, now);
  // The file as it stands at its newest commit: a replica that lags must not put one commit's words on another.
  const [commit] = await github.commitsTouching(here, SUPPORT_FILE, 1);
  const own = commit && (await github.file(here, SUPPORT_FILE, commit.sha));
  if (!own) {
    if (before.status === 'on' && !sure) await mustBeDeleted(parts, here);
    return before.status === 'off' ? before : close(parts, states, here, now);
  }
  const owner = read.name === '.github' ? undefined : await ownerFile(parts, here);
  const ref = refOf(own.sha, owner?.sha);
  const restored = before.arrival === undefined ? await restore(parts, states, here, owner) : before;
  if (restored.judged?.ref !== ref || restored.status === 'closed' || asked) {
    await judge(parts, states, { repo: here, commit: commit.sha, own, owner, ref, asked }, now);
  }
  await sayNotes(parts, states, here);
  const state = await readForms(parts, states, here, now, sure);
  if (state.status === 'on' && state.intakePage !== undefined) await takeIn(parts, states, here, now);
  return state;
}

/** A 404 may be a lie: the desk closes when the folder, too, shows that the file is not there, or when it has been asked for often enough. */
async function mustBeDeleted({ github }: Parts, repo: RepoRef): Promise<void> {
  const [folder, name] = SUPPORT_FILE.split('/');
  const files = await github.directory(repo, folder!);
  if (files.length === 0 || files.some((file) => file.name === name)) throw new Fault('gone', 'it is not there', { status: 404 });
}

/** The owner's `.github` repository may not exist or not be ours to read; a fault that may pass says nothing of it. */
async function ownerFile({ github }: Parts, repo: RepoRef): Promise<{ sha: string; text: string } | undefined> {
  try {
    return await github.file({ installation: repo.installation, owner: repo.owner, name: '.github' }, SUPPORT_FILE);
  } catch (error) {
    if (error instanceof Fault && error.kind !== 'passing') return undefined;
    throw error;
  }
}

type Files = {
  readonly repo: RepoRef;
  readonly commit: string;
  readonly own: { readonly sha: string; readonly text: string };
  readonly owner: { readonly sha: string; readonly text: string } | undefined;
  readonly ref: string;
  readonly asked: boolean;
};

/** A file that was not judged yet: check run, and the policy in force if it is good. */
async function judge(parts: Parts, states: States, files: Files, now: Instant): Promise<void> {
  const { github, log } = parts;
  const { repo, commit, own, owner, ref, asked } = files;
  const judged = await judgePolicy(own.text, owner?.text, parts.presets);
  const state = await states.read(repo.id);
  const text = checkRunOf(
    judged.good ? { ...judged.read, good: true } : { good: false, problems: judged.problems, lastGood: await lastGoodOf(parts, state) },
  );
  const known = await github.checkRun(repo, commit, text.name);
  // A run that a crash or a lost database left behind; for the same commit with another owner's file a new one is due.
  // A desk that opens again does so with a run of its own: what fell due before it calls nobody, after a lost database neither.
  const fits = known && !asked && known.good === judged.good && state.judged?.commit !== commit && state.status !== 'closed';
  const run: CheckRunRead = fits ? known : await github.createCheckRun(repo, checkRunWrite(commit, judged, text));
  log.info({ repo: repo.id, good: judged.good }, 'policy judged');
  const noted = { ref, commit, good: judged.good };
  if (!judged.good) {
    await states.edit(repo, (one) => ({ ...one, judged: noted }));
    return;
  }
  const good: Good = { ref, since: run.completedAt, own: own.text, ...(owner ? { owner: owner.text } : {}) };
  // A desk that opens, or opens again, takes in what is open; what fell due while it was closed calls nobody.
  const opens = state.status !== 'on';
  const reopened = state.status === 'closed' && judged.read.policy.mode === 'live' ? { liveSince: good.since } : {};
  await states.edit(repo, (one) => ({
    ...putInForce(one, good, judged),
    ...reopened,
    ...(opens ? { intakePage: 1 } : {}),
    judged: noted,
    unheard: [],
    yielded: [],
    muted: [],
    saidNotes: '',
  }));
  await wakeAll(parts, states, repo, now);
}

/** What only the work shows (nobody to call, calls that GitHub refuses, a bot at war over labels) is added to the check run of the policy in force, once. */
async function sayNotes(parts: Parts, states: States, repo: RepoRef): Promise<void> {
  const state = await states.read(repo.id);
  const { good, judged: last, unheard, yielded, muted } = state;
  const notes = JSON.stringify([unheard, yielded, muted]);
  const nothing = unheard.length + yielded.length + muted.length === 0 || notes === state.saidNotes;
  if (state.status !== 'on' || !good || !last?.good || nothing) return;
  const judged = await judgePolicy(good.own, good.owner, parts.presets);
  if (!judged.good) return;
  const text = checkRunOf({ ...judged.read, good: true, unheard, yielded, muted });
  await parts.github.createCheckRun(repo, checkRunWrite(last.commit, judged, text));
  await states.edit(repo, (one) => ({ ...one, saidNotes: notes }));
}

async function lastGoodOf(parts: Parts, { good }: RepoState): Promise<{ since: Instant; language: Language } | undefined> {
  if (!good) return undefined;
  const judged = await judgePolicy(good.own, good.owner, parts.presets);
  return { since: good.since, language: judged.good ? judged.read.policy.language : 'en' };
}

function checkRunWrite(commit: string, judged: Judged, text: CheckRunText) {
  const annotations: readonly Problem[] = judged.good ? [] : judged.problems.filter((one) => one.file === 'own');
  return { commit, name: text.name, good: judged.good, title: text.title, summary: text.summary, path: SUPPORT_FILE, annotations };
}

/** The state with a newer good file: what in it is new counts from now on, what stood before keeps its instant. */
export function putInForce(state: RepoState, good: Good, judged: Extract<Judged, { good: true }>): RepoState {
  const { policy } = judged.read;
  const steps: Record<string, Instant> = {};
  for (const step of policy.escalation) steps[stepMark(step)] = state.steps[stepMark(step)] ?? good.since;
  const wasLive = state.good !== undefined && state.liveSince !== undefined;
  const live = policy.mode === 'live' ? { liveSince: wasLive ? state.liveSince! : good.since } : {};
  const { liveSince: _dropped, ...rest } = state;
  return { ...rest, ...live, status: 'on', good, steps, arrival: state.arrival ?? good.since };
}

/**
 * What a lost database knew, from GitHub: the check runs of the file's last commits say when the App arrived, which file was in force when,
 * and since when each step has stood. Nothing there: the repository is new.
 */
async function restore(parts: Parts, states: States, repo: RepoRef, owner: Files['owner']): Promise<RepoState> {
  const { github } = parts;
  const commits = await github.commitsTouching(repo, SUPPORT_FILE, HISTORY_MAX);
  let state = await states.read(repo.id);
  let found = false;
  for (const commit of [...commits].reverse()) {
    const run = await github.checkRun(repo, commit.sha, CHECK_NAME);
    if (run && !run.good) continue;
    const file = await github.file(repo, SUPPORT_FILE, commit.sha);
    // The file was deleted here: what came next opened the desk anew.
    if (!file && found) state = { ...state, status: 'closed' };
    const judged = file && (await judgePolicy(file.text, owner?.text, parts.presets));
    if (!run || !file || !judged?.good) continue;
    found = true;
    const good: Good = {
      ref: refOf(file.sha, owner?.sha),
      since: run.completedAt,
      own: file.text,
      ...(owner === undefined ? {} : { owner: owner.text }),
    };
    const reopened = state.status === 'closed' && judged.read.policy.mode === 'live' ? { liveSince: good.since } : {};
    state = { ...putInForce(state, good, judged), ...reopened };
  }
  if (!found) return state;
  const installed = (await github.installations()).find((one) => one.id === repo.installation)?.createdAt ?? 0;
  const restored = { ...state, arrival: instant(Math.max(state.arrival ?? 0, installed)) };
  return states.edit(repo, (one) => ({ ...restored, defaultBranch: one.defaultBranch, intakePage: 1 }));
}

async function readForms(parts: Parts, states: States, repo: RepoRef, now: Instant, sure: boolean): Promise<RepoState> {
  const before = await states.read(repo.id);
  const files = (await parts.github.directory(repo, FORMS_FOLDER))
    .filter((file) => /\.ya?ml$/.test(file.name) && !/^config\.ya?ml$/.test(file.name))
    .slice(0, FORMS_MAX);
  if (files.length === 0 && before.forms.length > 0 && !sure) throw new Fault('gone', 'it is not there', { status: 404 });
  const same =
    files.length === before.forms.length &&
    files.every((file) => before.forms.some((one) => one.name === file.name && one.sha === file.sha));
  if (same) return before;
  const forms: RepoState['forms'][number][] = [];
  let chars = 0;
  for (const file of files) {
    const kept = before.forms.find((one) => one.name === file.name && one.sha === file.sha);
    const text = kept?.text ?? (await parts.github.file(repo, file.path))?.text;
    // What is no form takes no room from those that are.
    if (text === undefined || chars + text.length > FORMS_CHARS_MAX || 'problem' in readForm(file.name, text)) continue;
    chars += text.length;
    forms.push({ name: file.name, sha: file.sha, text });
  }
  const after = await states.edit(repo, (one) => ({ ...one, forms }));
  if (before.forms.length > 0) await wakeAll(parts, states, repo, now);
  return after;
}

/** GitHub lets us read again, or may let us do what it refused: what was put off is looked at now, what was refused is tried again. */
export async function readmitted(parts: Parts, states: States, repo: RepoRef, now: Instant): Promise<void> {
  for (const row of await parts.store.tickets(repo.id)) {
    const { refusals, ...data } = dataOf(row);
    if (refusals) await parts.store.putTicket({ ...row, data: JSON.stringify(data) });
  }
  await wakeAll(parts, states, repo, now);
  await states.edit(repo, ({ refused: _over, ...state }) => state);
}

/** Something that concerns every open ticket changed: each is looked at, at the pace of the background. */
export async function wakeAll(parts: Parts, states: States, repo: RepoRef, now: Instant): Promise<void> {
  const rows = await parts.store.tickets(repo.id, { open: true });
  const wakes = rows.map((row, i) => ({
    subject: issueSubject(repo.id, row.number),
    installation: repo.installation,
    dueAt: instant(now + 2 + i),
    urgency: BACKGROUND,
  }));
  await parts.store.wake(wakes);
  await states.edit(repo, (one) => ({ ...one, settlesAt: instant(now + 2 + rows.length + SETTLE_S) }));
  await parts.store.wake([{ subject: sweepSubject(repo.id), installation: repo.installation, dueAt: instant(now + 2), urgency: NORMAL }]);
}

/** How long after the last of a wave of looks the wave counts as over. */
const SETTLE_S = 60;

/** Issues that are open when the App arrives, or comes back without its database: indexed at once, looked at one after the other. */
async function takeIn(parts: Parts, states: States, repo: RepoRef, now: Instant): Promise<void> {
  let page = (await states.read(repo.id)).intakePage;
  let n = 0;
  while (page !== undefined) {
    const { lines, more } = await parts.github.openIssues(repo, page);
    const issues = lines.filter((line) => !line.isPull);
    for (const line of issues) {
      const known = await parts.store.ticket(repo.id, line.number);
      if (!known)
        await parts.store.putTicket({
          repo: repo.id,
          number: line.number,
          installation: repo.installation,
          open: true,
          marker: '',
          priority: '',
          fixes: [],
          data: '{}',
        });
    }
    await parts.store.wake(
      issues.map((line) => ({
        subject: issueSubject(repo.id, line.number),
        installation: repo.installation,
        dueAt: instant(now + 2 + Math.floor(n++ * parts.settings.trickleS)),
        urgency: BACKGROUND,
      })),
    );
    const next: number | undefined = more ? page + 1 : undefined;
    await states.edit(repo, ({ intakePage: _done, ...one }) => (next === undefined ? one : { ...one, intakePage: next }));
    page = next;
  }
  await states.edit(repo, (one) => ({
    ...one,
    settlesAt: instant(Math.max(one.settlesAt ?? 0, now + 2 + n * parts.settings.trickleS + SETTLE_S)),
  }));
}

/** Own file deleted, archived, or issues switched off: nothing more is written, labels stay. */
async function close(parts: Parts, states: States, repo: RepoRef, _now: Instant): Promise<RepoState> {
  const rows = await parts.store.tickets(repo.id);
  for (const row of rows) await parts.store.dropTicket(repo.id, row.number);
  parts.log.info({ repo: repo.id, tickets: rows.length }, 'desk closed');
  return states.edit(repo, ({ judged: _judged, ...one }) => ({ ...one, status: one.status === 'off' ? 'off' : 'closed' }));
}

/** Gone for the App: uninstalled, deleted, made unreachable. Its rows go with it. */
export async function forgetRepository(parts: Parts, repo: number): Promise<void> {
  await parts.store.dropRepo(repo);
  parts.log.info({ repo }, 'repository forgotten');
}
