import { z } from 'zod';
import { type Instant, instant } from '../calendar/time.ts';

/** GitHub's JSON, as far as the desk uses it. Each schema and its type share a name. */

/** `2026-01-05T17:00:00Z` (or with an offset) as an instant. */
export const When = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)))
  .transform((text): Instant => instant(Date.parse(text) / 1000));

/** Whether there is something, whatever it is. */
const Is = z
  .unknown()
  .optional()
  .transform((value) => value !== undefined && value !== null);

export const Account = z.object({ id: z.number(), login: z.string(), type: z.string().optional() });
export type Account = z.infer<typeof Account>;

export const AppRead = z.object({ id: z.number(), slug: z.string() });

export const InstallationJson = z.object({
  id: z.number(),
  created_at: When,
  updated_at: When.optional(),
  suspended_at: z.string().nullish(),
  permissions: z.record(z.string(), z.string()).optional().catch(undefined),
  account: z.object({ login: z.string().optional(), slug: z.string().optional() }).nullish(),
});

export const RepositoryJson = z.object({
  id: z.number(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  default_branch: z.string(),
  private: z.boolean().optional(),
  visibility: z.string().optional(),
  archived: z.boolean().optional(),
  has_issues: z.boolean().optional(),
  pushed_at: When.nullish(),
});
export type RepositoryJson = z.infer<typeof RepositoryJson>;

export const RepositoriesJson = z.object({ repositories: z.array(RepositoryJson) });

export const FileJson = z.object({
  type: z.string(),
  sha: z.string(),
  size: z.number().optional(),
  encoding: z.string().optional(),
  content: z.string().optional(),
});
/** A directory's listing is an array. */
export const FileOrDirectory = z.union([z.array(z.unknown()).transform(() => undefined), FileJson]);
export const DirectoryJson = z.union([
  z.array(z.object({ type: z.string(), name: z.string(), sha: z.string(), path: z.string() })),
  z.object({}).transform(() => []),
]);
export const BlobJson = z.object({ encoding: z.string(), content: z.string() });

export const CommitJson = z.object({ sha: z.string(), commit: z.object({ committer: z.object({ date: When.optional() }).nullish() }) });

export const CheckRunJson = z.object({
  id: z.number(),
  conclusion: z.string().nullish(),
  completed_at: When.nullish(),
  app: z.object({ id: z.number() }).nullish(),
});
export type CheckRunJson = z.infer<typeof CheckRunJson>;
export const CheckRunsJson = z.object({ check_runs: z.array(CheckRunJson) });

export const IssueLineJson = z.object({ number: z.number(), updated_at: When, state: z.string(), pull_request: Is });

export const LabelJson = z.union([z.string(), z.object({ name: z.string().nullish() }).transform((label) => label.name ?? '')]);

export const IssueJson = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string().nullish(),
  user: Account.nullish(),
  created_at: When,
  updated_at: When,
  state: z.enum(['open', 'closed']),
  labels: z.array(LabelJson),
  assignees: z.array(Account).nullish(),
  pull_request: Is,
});
export type IssueJson = z.infer<typeof IssueJson>;

/** One entry of a timeline, whatever its kind: what a kind does not have is absent. */
export const EntryJson = z.object({
  event: z.string(),
  id: z.number().optional(),
  node_id: z.string().optional(),
  actor: Account.nullish(),
  user: Account.nullish(),
  created_at: When.optional(),
  updated_at: When.nullish(),
  body: z.string().nullish(),
  label: z.object({ name: z.string() }).nullish(),
  assignee: Account.nullish(),
  assigner: Account.nullish(),
  rename: z.object({ from: z.string(), to: z.string() }).nullish().catch(null),
  state_reason: z.string().nullish(),
  commit_id: z.string().nullish(),
  author_association: z.string().nullish(),
  performed_via_github_app: z.object({ id: z.number() }).nullish(),
  /** Of comments. Absent where GitHub does not say it here. */
  minimized: z.unknown().optional(),
  source: z
    .object({
      issue: z
        .object({
          number: z.number(),
          user: Account.nullish(),
          pull_request: Is,
          repository: z.object({ id: z.number(), full_name: z.string() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
export type EntryJson = z.infer<typeof EntryJson>;
/** An entry of a shape that we do not know is no reason to lose the others. */
export const TimelineJson = z.array(EntryJson.catch({ event: 'unknown' }));

export const CommentStateJson = z.object({ id: z.number(), minimized: z.unknown().optional() });

/** `body_html` only where it was asked for. */
export const CreatedComment = z.object({ id: z.number(), body_html: z.string().optional() });
export const ShownComment = z.object({ body: z.string().nullish(), body_html: z.string().optional() });
export const CreatedIssue = z.object({ number: z.number() });
export const Reacted = z.object({ id: z.number() });
export const AssignedIssue = z.object({ assignees: z.array(Account).nullish() });

export const PermissionJson = z.object({
  permission: z.string(),
  role_name: z.string().optional(),
  user: z
    .object({
      id: z.number(),
      login: z.string(),
      type: z.string().optional(),
      permissions: z
        .object({ pull: z.boolean(), triage: z.boolean(), push: z.boolean(), maintain: z.boolean(), admin: z.boolean() })
        .partial()
        .optional(),
    })
    .nullish(),
});
export const TeamJson = z.object({ members_count: z.number().optional() });
export { z };
