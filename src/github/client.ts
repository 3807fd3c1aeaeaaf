import type { Probot } from 'probot';
import type { Instant } from '../calendar/time.ts';
import { readKey } from '../desk/record.ts';
import { Fault, type GitHub, type RepoRef } from '../watch/github-port.ts';
import { Api, type Log, type Requester, repoPath } from './api.ts';
import { createCheckRun, readCheckRun } from './checks.ts';
import { type FailedDeliveries, failedDeliveries, redeliver } from './deliveries.ts';
import { Edits } from './edits.ts';
import { Parser } from './facts.ts';
import { identityOf, type KeptMe } from './identity.ts';
import { Labels, unlessGone } from './labels.ts';
import { AS_SHOWN, silentTeams, teamsIn } from './mentions.ts';
import { Pace, type PaceClass } from './pace.ts';
import { People } from './people.ts';
import { readLedger } from './read.ts';
import { repositoryReads } from './repository.ts';
import type { Requests } from './requests.ts';
import { AssignedIssue, CreatedComment, CreatedIssue, Reacted, ShownComment } from './schemas.ts';
import type { Forget } from './wakes.ts';

export type GitHubOptions = {
  readonly probot: Pick<Probot, 'auth'>;
  readonly clock: () => Instant;
  readonly pace?: Pace;
  /** Of one request, in real time; less than half a lease. */
  readonly timeoutMs?: number;
  readonly log?: Log;
  /** Told when GitHub says that an installation (0: the App itself) has asked too much. */
  readonly limited?: (installation: number, seconds: number) => void;
  readonly requests?: Requests;
  /** Who we were, for a start at which GitHub does not say. */
  readonly kept?: KeptMe;
  /** Aborted when the process is about to end: no write waits for its turn any longer. */
  readonly halt?: AbortSignal;
};

const TIMEOUT_MS = 20_000;
const SILENT: Log = { debug() {}, warn() {} };

/** GitHub as the port has it, and what concerns webhooks. */
export type GitHubClient = GitHub & {
  forgetAll(what: Forget): void;
  /** Webhooks that we did not take since then. */
  failedDeliveries(since: Instant): Promise<FailedDeliveries>;
  redeliver(id: number): Promise<void>;
};

const paceOf = (repo: RepoRef): PaceClass => repo.pace ?? 'normal';

/** Octokit behind the desk's port. */
export function createGitHub(options: GitHubOptions): GitHubClient {
  const { probot, clock, pace = new Pace(), timeoutMs = TIMEOUT_MS, log = SILENT, limited = () => {}, requests, halt } = options;
  const connect = async (installation: number | undefined) =>
    (await (installation === undefined ? probot.auth() : probot.auth(installation))) as unknown as Requester;
  const api = new Api({ connect, clock, pace, timeoutMs, log, limited, ...(requests ? { requests } : {}), ...(halt ? { halt } : {}) });
  const people = new People(api, clock);
  const labels = new Labels(api, clock);
  const parser = new Parser();
  const edits = new Edits(api, parser);
  const identity = identityOf(api, clock, options.kept);
  const reads = repositoryReads(api);
  const reader = { api, people, edits, parser, file: reads.file };
  return {
    ...reads,
    me: () => identity(),
    checkRun: async (repo, commit, name) => readCheckRun(api, repo, (await identity(repo.installation)).id, commit, name),
    createCheckRun: (repo, run) => createCheckRun(api, repo, run, clock()),
    async readLedger(repo, number, read) {
      const shown = await readLedger(reader, await identity(repo.installation), repo, number, read);
      // GitHub's answers showed that the host's clock is ahead: what a look makes of such a `now` has not come to pass.
      if (clock() < read.now) throw new Fault('passing', 'it is not that late yet by the clock of GitHub');
      return shown;
    },
    reach: (repo, whom) => people.reach(repo, whom),
    members: (repo, team) => people.members(repo, team),
    silentTeams: async (repo, comment) => {
      const { data } = await api.get(repo, repoPath(repo, 'issues', 'comments', comment), ShownComment, AS_SHOWN);
      return silentTeams(data.body ?? '', data.body_html);
    },
    ...issueWrites(api, labels),
    failedDeliveries: (since) => failedDeliveries(api, since),
    redeliver: (id) => redeliver(api, id),
    keyRefused: () => api.keyRefused,
    limit: (installation, until) => api.limit(installation, until),
    forget(repo, what) {
      if (what === 'people') people.forget(repo.installation);
      if (what === 'labels') labels.forget(repo.id);
    },
    forgetAll({ installation, repo, what }) {
      if (what === 'people') people.forget(installation);
      if (what === 'labels' && repo !== undefined) labels.forget(repo);
    },
  };
}

type Writes = Pick<
  GitHub,
  | 'createComment'
  | 'editComment'
  | 'deleteComment'
  | 'addLabel'
  | 'removeLabel'
  | 'setTitle'
  | 'assign'
  | 'unassign'
  | 'react'
  | 'setState'
  | 'createIssue'
>;

function issueWrites(api: Api, labels: Labels): Writes {
  return {
    async createComment(repo, number, body) {
      const urgency = readKey(body)?.key.is === 'step' ? 'page' : paceOf(repo);
      const path = repoPath(repo, 'issues', number, 'comments');
      // GitHub renders for whoever asks for it; most comments mention no team.
      const accept = teamsIn(body).length > 0 ? AS_SHOWN : undefined;
      const made = await api.writeFor(repo, urgency, 'POST', path, { body }, CreatedComment, accept);
      return { id: made.id, silentTeams: silentTeams(body, made.body_html) };
    },
    async editComment(repo, id, body) {
      await api.write(repo, paceOf(repo), 'PATCH', repoPath(repo, 'issues', 'comments', id), { body });
    },
    deleteComment: (repo, id) => unlessGone(() => api.write(repo, paceOf(repo), 'DELETE', repoPath(repo, 'issues', 'comments', id))),
    addLabel: (repo, number, label) => labels.add(repo, paceOf(repo), number, label),
    removeLabel: (repo, number, name) => labels.remove(repo, paceOf(repo), number, name),
    async setTitle(repo, number, title) {
      await api.write(repo, paceOf(repo), 'PATCH', repoPath(repo, 'issues', number), { title });
    },
    async assign(repo, number, login) {
      const data = { assignees: [login] };
      const path = repoPath(repo, 'issues', number, 'assignees');
      const { assignees } = await api.writeFor(repo, paceOf(repo), 'POST', path, data, AssignedIssue);
      // GitHub answers 201 and leaves out whom it cannot assign.
      const done = assignees?.some((one) => one.login.toLowerCase() === login.toLowerCase());
      if (!done) throw new Fault('refused', 'GitHub does not assign this account here', { status: 201 });
    },
    async unassign(repo, number, login) {
      await api.write(repo, paceOf(repo), 'DELETE', repoPath(repo, 'issues', number, 'assignees'), { assignees: [login] });
    },
    async react(repo, comment, content) {
      await api.writeFor(repo, paceOf(repo), 'POST', repoPath(repo, 'issues', 'comments', comment, 'reactions'), { content }, Reacted);
    },
    async setState(repo, number, state, as = 'completed') {
      const data = { state, state_reason: state === 'closed' ? as : 'reopened' };
      await api.write(repo, paceOf(repo), 'PATCH', repoPath(repo, 'issues', number), data);
    },
    createIssue: (repo, title, body) => api.writeFor(repo, paceOf(repo), 'POST', repoPath(repo, 'issues'), { title, body }, CreatedIssue),
  };
}
