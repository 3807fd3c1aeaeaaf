import type { Instant } from '../calendar/time.ts';
import type { Step } from '../policy/types.ts';
import type { RepoRow, Store } from '../store/port.ts';
import type { RepoRef } from './github-port.ts';

/** A file that was put in force by a green check run. */
export type Good = { readonly ref: string; readonly since: Instant; readonly own: string; readonly owner?: string };

/** Steps that one change made due in many tickets wait for a responder's word in the issue that lists them (invariant 9). */
export type Gate = {
  readonly cause: string;
  readonly issue: number;
  readonly at: Instant;
  readonly decision?: 'go' | 'dropped';
  readonly decidedAt?: Instant;
};

/** What the desk keeps of a repository: an index of what stands on GitHub, made anew from there when it is lost. */
export type RepoState = {
  readonly defaultBranch: string;
  /** `gone`: not reached any more. `off`: no policy was ever good. `closed`: the file was deleted. */
  readonly status: 'off' | 'on' | 'closed' | 'gone';
  readonly good?: Good;
  /** Reference of the files that were judged last, and the commit whose check run says so. */
  readonly judged?: { readonly ref: string; readonly commit: string; readonly good: boolean };
  readonly arrival?: Instant;
  readonly liveSince?: Instant;
  /** When each step, as it stands, came into force. */
  readonly steps: Readonly<Record<string, Instant>>;
  readonly forms: readonly { readonly name: string; readonly sha: string; readonly text: string }[];
  readonly gates: readonly Gate[];
  /** Issues updated after this have been woken. */
  readonly sweptTo?: Instant;
  /** The last sweep that found something. */
  readonly activeAt?: Instant;
  /** The next page of open issues to be taken in; absent when all are. */
  readonly intakePage?: number;
  /** Until then alarms that one change caused are still being looked at: who counts a crowd waits for it. */
  readonly settlesAt?: Instant;
  /** Steps that nobody could be called for, and labels that a bot insists on: the check run names them. */
  readonly unheard: readonly string[];
  readonly yielded: readonly string[];
  /** Issues on which GitHub refused to let us call anybody: the check run names them too. */
  readonly muted: readonly number[];
  /** The last push when it was listed: one that no webhook told of is noticed by it. */
  readonly pushedAt?: Instant;
  /** Since then listings do not show it. */
  readonly missedAt?: Instant;
  /** GitHub refused a look here: once it does not any more, all tickets are looked at. */
  readonly refused?: boolean;
  /** The notes that the newest check run has. */
  readonly saidNotes: string;
};

export const EMPTY_STATE: RepoState = {
  defaultBranch: '',
  status: 'off',
  steps: {},
  forms: [],
  gates: [],
  unheard: [],
  yielded: [],
  muted: [],
  saidNotes: '',
};

export const stateOf = (row: RepoRow | undefined): RepoState =>
  row?.data ? { ...EMPTY_STATE, ...(JSON.parse(row.data) as Partial<RepoState>) } : EMPTY_STATE;

export const refOfRow = (row: RepoRow): RepoRef => ({ installation: row.installation, id: row.repo, owner: row.owner, name: row.name });

/** What is kept of repositories. Edits of one repository's state take place one after the other, in whichever process. */
export class States {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async read(repo: number): Promise<RepoState> {
    return stateOf(await this.#store.repo(repo));
  }

  /** Reads, edits and writes as one. Answers the state as it is then. */
  async edit(repo: RepoRef, edit: (state: RepoState) => RepoState): Promise<RepoState> {
    const { id, installation, owner, name } = repo;
    const row = await this.#store.editRepo(id, (found) => {
      const before = stateOf(found);
      const after = edit(before);
      return after === before && found ? found : { repo: id, installation, owner, name, data: JSON.stringify(after) };
    });
    return stateOf(row);
  }
}

/** What makes a step the one it is, to tell when it came into force: not its place in the list, nor whom it calls and which label it sets. */
export const stepMark = ({ mention: _, label: __, ...step }: Step): string => JSON.stringify(step);
