import { z } from 'zod';

/** Webhook payloads, as far as they wake anybody. Everything is optional that an event may lack. */

/** GitHub's ids and numbers; what is none would be refused by the store. */
const Id = z.int().positive();

const Repo = z.object({
  id: Id,
  name: z.string(),
  owner: z.object({ login: z.string() }),
  default_branch: z.string().optional(),
});

/** What every payload of an installation has. */
export const Common = z.object({
  action: z.string().optional().catch(undefined),
  installation: z.object({ id: Id }),
  repository: Repo.optional().catch(undefined),
  sender: z.object({ login: z.string(), type: z.string().optional() }).optional().catch(undefined),
});
export type Common = z.infer<typeof Common>;
export type Repo = z.infer<typeof Repo>;

const Named = z.object({ name: z.string() }).optional().catch(undefined);
const Person = z.object({ login: z.string() }).nullish().catch(undefined);

const From = z.object({ from: z.string().nullish() }).optional().catch(undefined);

export const Issues = z.object({
  issue: z.object({ number: Id, title: z.string().optional().catch(undefined), pull_request: z.unknown().optional() }),
  changes: z.object({ title: From }).optional().catch(undefined),
  label: Named,
  assignee: Person,
});

export const IssueComment = z.object({
  issue: z.object({ number: Id, pull_request: z.unknown().optional() }),
  comment: z.object({ id: Id, body: z.string().nullish() }),
});

export const PullRequest = z.object({
  pull_request: z.object({ number: Id, title: z.string().nullish(), body: z.string().nullish() }),
  changes: z.object({ title: From, body: From }).optional().catch(undefined),
});

const Paths = z.array(z.string()).optional().catch(undefined);
export const Push = z.object({
  ref: z.string(),
  forced: z.boolean().optional().catch(undefined),
  commits: z.array(z.object({ added: Paths, modified: Paths, removed: Paths })).catch([]),
});

const Repositories = z
  .array(z.object({ id: Id }))
  .optional()
  .catch(undefined);
export const Installed = z.object({ repositories: Repositories, repositories_added: Repositories, repositories_removed: Repositories });
