import { numberOf, personOf } from '../desk/arguments.ts';
import { handledKey } from '../desk/happenings.ts';
import { COMMAND_TEXT_MAX, type CommandFact, type Ledger } from '../desk/ledger.ts';
import type { Policy } from '../policy/types.ts';
import { Fault, type GitHub, type RepoRef } from '../watch/github-port.ts';
import { type Api, repoPath } from './api.ts';
import type { People } from './people.ts';
import { IssueJson } from './schemas.ts';

/** People named in one look: a hand-over names one, a triage of everything a handful. */
export const NAMED_MAX = 10;
/** Issues that the commands of one look may name. */
const ISSUES_MAX = 10;
/** Files read for one `/runbook`; a category has one. */
const RUNBOOKS_MAX = 20;
/** As much as one comment of ours could quote. */
const RUNBOOK_CHARS_MAX = 65_536;

type Asking = Pick<Ledger, 'facts' | 'reporter' | 'record' | 'standings'>;
type Asked = Pick<Ledger, 'named' | 'plansOf' | 'runbooks' | 'issues'>;

/** What new commands, and a thread that we have not seen yet, make us ask of GitHub beside the thread itself. */
export async function askedFor(
  by: { readonly people: People; readonly file: GitHub['file']; readonly api: Api },
  repo: RepoRef,
  policy: Policy,
  number: number,
  thread: Asking,
): Promise<Asked> {
  const commands = newCommands(thread);
  const logins = new Set(
    commands.flatMap(({ name, text }) => {
      const who = name === 'assign' || name === 'handoff' ? personOf(text) : undefined;
      return who === undefined ? [] : [who];
    }),
  );
  const duplicates = new Set(
    commands
      .flatMap(({ name, text }) => (name === 'duplicate' && numberOf(text) !== number ? [numberOf(text)] : []))
      .filter((n) => n !== undefined),
  );
  const sells = policy.plans.some((plan) => plan.reporters.length > 0);
  return {
    ...(logins.size > 0 ? { named: await by.people.named(repo, [...logins].slice(0, NAMED_MAX), policy) } : {}),
    ...(sells && !thread.record ? { plansOf: await by.people.plansOf(repo, thread.reporter, policy.plans) } : {}),
    ...(duplicates.size > 0 ? { issues: await issues(by.api, repo, duplicates) } : {}),
    ...(commands.some(({ name }) => name === 'runbook') ? { runbooks: await runbooks(by.file, repo, policy) } : {}),
  };
}

/** Of people who may answer here: what others ask for is refused without asking. What the record knows was decided. */
function newCommands({ facts, record, standings }: Asking): CommandFact[] {
  const done = new Set(record?.done.map(handledKey));
  const forgot = record?.forgot ?? Number.NEGATIVE_INFINITY;
  return facts.flatMap((fact) => {
    if (fact.kind !== 'said') return [];
    // Whose part the record has fixed is not asked for again (`standings.ts`).
    const standing = standings.get(fact.by.id);
    if (standing !== 'responder' && (standing !== undefined || record?.parts[String(fact.by.id)]?.at(-1)?.[1] !== 'r')) return [];
    const isNew = ({ name, text, at }: CommandFact): boolean =>
      at > forgot && !done.has(handledKey({ comment: fact.comment, name, text: text.slice(0, COMMAND_TEXT_MAX) }));
    return fact.commands.filter(isNew);
  });
}

/** Those that are there: no pull requests, and none of another repository to which one was moved. */
async function issues(api: Api, repo: RepoRef, numbers: ReadonlySet<number>): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const number of [...numbers].slice(0, ISSUES_MAX)) {
    const issue = await api.find(repo, repoPath(repo, 'issues', number), IssueJson);
    if (issue && !issue.pull_request) found.add(number);
  }
  return found;
}

/** A file that is not there, empty, or of more than 1 MB is left out. */
async function runbooks(file: GitHub['file'], repo: RepoRef, policy: Policy): Promise<ReadonlyMap<string, string>> {
  const paths = new Set(policy.categories.flatMap(({ runbook }) => (runbook === undefined ? [] : [runbook])));
  const found = new Map<string, string>();
  for (const path of [...paths].slice(0, RUNBOOKS_MAX)) {
    const text = await textAt(file, repo, path);
    if (text !== undefined && text.trim() !== '') found.set(path, text.slice(0, RUNBOOK_CHARS_MAX).toWellFormed());
  }
  return found;
}

async function textAt(file: GitHub['file'], repo: RepoRef, path: string): Promise<string | undefined> {
  try {
    return (await file(repo, path))?.text;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'refused') return undefined;
    throw error;
  }
}
