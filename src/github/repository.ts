import { type Instant, instant, iso } from '../calendar/time.ts';
import { Fault, type GitHub, type InstallationRead, type IssueLine, type RepoRead, type RepoRef } from '../watch/github-port.ts';
import { type Api, filePath, pageOf, repoPath } from './api.ts';
import {
  BlobJson,
  CommitJson,
  DirectoryJson,
  FileOrDirectory,
  InstallationJson,
  IssueLineJson,
  RepositoriesJson,
  RepositoryJson,
  z,
} from './schemas.ts';

/** GitHub's contents API gives no content above this. */
const FILE_BYTES_MAX = 1_048_576;
/** GitHub has some hundred permissions; an App asks for a handful. */
const MARK_CHARS_MAX = 4_000;
const SHA = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

type Reads = Pick<
  GitHub,
  'installations' | 'repositories' | 'repository' | 'file' | 'blob' | 'directory' | 'commitsTouching' | 'issuesUpdated' | 'openIssues'
>;

/** Everything that is read of a repository besides its issues' ledgers. */
export function repositoryReads(api: Api): Reads {
  return {
    async installations() {
      const rows = await api.pages({}, '/app/installations', z.array(InstallationJson));
      return rows.map(installationOf);
    },
    async repositories(installation, page) {
      const { data, more } = await api.get({ installation }, pageOf('/installation/repositories', page), RepositoriesJson);
      return { repos: data.repositories.map((one) => repoOf(installation, one)), more };
    },
    async repository(repo) {
      const { data } = await api.get(repo, repoPath(repo), RepositoryJson);
      // The name was given to another repository.
      if (data.id !== repo.id) throw new Fault('gone', 'it is not there', { status: 404 });
      return repoOf(repo.installation, data);
    },
    async file(repo, path, commit) {
      const where = `${repoPath(repo)}/contents/${filePath(path)}${commit === undefined ? '' : `?ref=${encodeURIComponent(commit)}`}`;
      const found = await api.find(repo, where, FileOrDirectory);
      if (found?.type !== 'file') return undefined;
      const text = textOf(found.encoding, found.content);
      // Too long for every reader: blanks stand for what GitHub does not hand out, so that whoever reads it says so.
      const whole = text !== undefined && (found.size ?? 0) <= FILE_BYTES_MAX;
      return { sha: found.sha, text: whole ? text : ' '.repeat(FILE_BYTES_MAX) };
    },
    async blob(repo, sha) {
      if (!SHA.test(sha)) return undefined;
      const found = await api.find(repo, repoPath(repo, 'git', 'blobs', sha), BlobJson);
      return found && textOf(found.encoding, found.content);
    },
    async directory(repo, path) {
      const found = await api.find(repo, `${repoPath(repo)}/contents/${filePath(path)}`, DirectoryJson);
      return (found ?? []).filter((one) => one.type === 'file').map(({ name, sha, path: at }) => ({ name, sha, path: at }));
    },
    commitsTouching: (repo, path, limit) => commitsTouching(api, repo, path, limit),
    async issuesUpdated(repo, since, page) {
      const query = `?state=all&sort=updated&direction=desc${since === undefined ? '' : `&since=${encodeURIComponent(iso(since))}`}`;
      const got = await api.get(repo, pageOf(`${repoPath(repo, 'issues')}${query}`, page), z.array(IssueLineJson));
      return got.unchanged ? undefined : { lines: got.data.map(lineOf), more: got.more };
    },
    async openIssues(repo, page) {
      const path = `${repoPath(repo, 'issues')}?state=open&sort=created&direction=asc`;
      const got = await api.get(repo, pageOf(path, page), z.array(IssueLineJson));
      return { lines: got.data.map(lineOf), more: got.more };
    },
  };
}

async function commitsTouching(api: Api, repo: RepoRef, path: string, limit: number): Promise<{ sha: string; at: Instant }[]> {
  const where = `${repoPath(repo, 'commits')}?path=${encodeURIComponent(path)}&per_page=${Math.min(100, Math.max(1, limit))}`;
  try {
    const { data } = await api.get(repo, where, z.array(CommitJson));
    return data.slice(0, limit).map((one) => ({ sha: one.sha, at: one.commit.committer?.date ?? instant(0) }));
  } catch (error) {
    // "Git Repository is empty."
    if (error instanceof Fault && error.status === 409) return [];
    throw error;
  }
}

const installationOf = (one: z.infer<typeof InstallationJson>): InstallationRead => ({
  id: one.id,
  createdAt: one.created_at,
  suspended: typeof one.suspended_at === 'string',
  account: one.account?.login ?? one.account?.slug ?? '',
  mark: `${typeof one.suspended_at === 'string' ? 'suspended ' : ''}${permissionsText(one.permissions)}`,
  updatedAt: one.updated_at ?? one.created_at,
});

const permissionsText = (permissions: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(permissions ?? {})
    .map((one) => one.join(':'))
    .sort()
    .join(' ')
    .slice(0, MARK_CHARS_MAX);

const repoOf = (installation: number, one: RepositoryJson): RepoRead => ({
  installation,
  id: one.id,
  owner: one.owner.login,
  name: one.name,
  defaultBranch: one.default_branch,
  archived: one.archived ?? false,
  hasIssues: one.has_issues ?? true,
  ...(one.pushed_at ? { pushedAt: one.pushed_at } : {}),
});

const lineOf = (one: z.infer<typeof IssueLineJson>): IssueLine => ({
  number: one.number,
  updatedAt: one.updated_at,
  open: one.state === 'open',
  isPull: one.pull_request,
});

/** Undefined when GitHub left the content out. Bytes that are no UTF-8 become replacement characters, as GitHub shows them. */
function textOf(encoding: string | undefined, content: string | undefined): string | undefined {
  if (content === undefined || encoding === 'none') return undefined;
  return encoding === 'base64' ? Buffer.from(content, 'base64').toString('utf8') : content;
}
