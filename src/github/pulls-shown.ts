import type { Instant } from '../calendar/time.ts';
import type { Actor } from '../desk/ledger.ts';
import { actorOf, type Thread } from './facts.ts';
import { Account, When, z } from './schemas.ts';

/** Pull requests as far as a timeline shows them: without GraphQL nobody says which of them close the issue, and into what they were merged. */

/** A pull request that set out to close the issue. */
export type PullShown = {
  readonly ref: string;
  readonly by: Actor;
  /** What GitHub calls him beside it: `MEMBER`. */
  readonly associated: string;
  readonly linkedAt: Instant;
  readonly mergedAt?: Instant;
  readonly closedAt?: Instant;
};

/** A merge closes what it fixes within a second or two; a person who closes by hand takes longer. */
const CLOSES_WITHIN_S = 10;
/** GitHub's limit is 65,536 characters; keywords stand in the first lines. */
const TEXT_MAX = 70_000;
const PULLS_MAX = 50;

const ReferenceJson = z.object({
  event: z.literal('cross-referenced'),
  created_at: When,
  source: z.object({
    issue: z.object({
      number: z.number(),
      body: z.string().nullish(),
      user: Account.nullish(),
      author_association: z.string().nullish(),
      closed_at: When.nullish(),
      repository: z.object({ full_name: z.string() }),
      pull_request: z.object({ merged_at: When.nullish() }),
    }),
  }),
});

type Where = { readonly ours: ReadonlySet<string>; readonly owner: string; readonly name: string; readonly number: number };

/** Those of trusted repositories that say so with a keyword, or whose merge closed the issue. */
export function pullsIn(entries: readonly unknown[], where: Where, closings: Thread['closings']): PullShown[] {
  const found = new Map<string, PullShown>();
  for (const entry of entries) {
    const read = ReferenceJson.safeParse(entry);
    if (!read.success || found.size >= PULLS_MAX) continue;
    const { created_at: linkedAt, source } = read.data;
    const { number, body, user, author_association, repository, closed_at: closedAt, pull_request: pull } = source.issue;
    const ref = `${repository.full_name}#${number}`;
    if (found.has(ref) || !where.ours.has(repository.full_name.toLowerCase())) continue;
    const mergedAt = pull.merged_at ?? undefined;
    if (!closesBy(body ?? '', repository.full_name, where) && !closings.some((one) => isClosedBy(one.at, mergedAt))) continue;
    const dates = { linkedAt, ...(mergedAt ? { mergedAt } : {}), ...(closedAt ? { closedAt } : {}) };
    found.set(ref, { ref, by: actorOf(user), associated: author_association ?? '', ...dates });
  }
  return [...found.values()];
}

const isClosedBy = (at: Instant, mergedAt: Instant | undefined): boolean =>
  mergedAt !== undefined && at >= mergedAt && at <= mergedAt + CLOSES_WITHIN_S;

/** Ids of the closings that a merge caused: one that came with it, or that names a commit where a pull request was linked by hand. */
export function byMerge(thread: Pick<Thread, 'closings' | 'connectedAt'>, pulls: readonly PullShown[]): ReadonlySet<string> {
  const merged = thread.closings.filter(
    ({ at, byCommit }) =>
      pulls.some((pull) => isClosedBy(at, pull.mergedAt)) || (byCommit && thread.connectedAt.some((linked) => linked <= at)),
  );
  return new Set(merged.map((one) => one.fact));
}

const CLOSES =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?:([\w-]+\/[\w.-]+)?#|https?:\/\/[^\s/]+\/([\w-]+\/[\w.-]+)\/issues\/)(\d+)\b/gi;

/** GitHub's nine keywords before this issue: `Fixes #7`, `closes: acme/desk#7`. */
function closesBy(text: string, from: string, { owner, name, number }: Where): boolean {
  const here = `${owner}/${name}`.toLowerCase();
  for (const [, named, linked, digits] of text.slice(0, TEXT_MAX).matchAll(CLOSES))
    if ((named ?? linked ?? from).toLowerCase() === here && Number(digits) === number) return true;
  return false;
}
