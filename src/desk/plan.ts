import type { Desired, PageWanted, ReplyWanted } from './desired.ts';
import type { LabelWanted } from './labels.ts';
import type { ClosedAs, CommentKey } from './ledger.ts';
import { onlySaw, readKey } from './record.ts';
import { retitled, type TitleSeen } from './title.ts';

/** What stands on the issue: what GitHub shows together with our own writes that it may not show yet. */
export type Observed = {
  readonly labels: readonly string[];
  /** Absent while nobody can tell what it is. */
  readonly title?: TitleSeen;
  readonly assignees: readonly string[];
  readonly state: 'open' | 'closed';
  readonly status?: { readonly id: number; readonly body: string };
  /** A status comment that was sent, and whose answer we never got. */
  readonly statusIntended: boolean;
  readonly steps: ReadonlySet<string>;
  /** Comments whose commands have their reply. */
  readonly replied: ReadonlySet<number>;
  /** Comments of ours whose key an older comment has too. */
  readonly duplicates: readonly number[];
};

export type Effect =
  | ({ readonly kind: 'page' } & PageWanted)
  | { readonly kind: 'deleteComment'; readonly id: number }
  | { readonly kind: 'addLabel'; readonly label: LabelWanted }
  | { readonly kind: 'removeLabel'; readonly name: string }
  | { readonly kind: 'setTitle'; readonly title: string; readonly emoji?: string }
  | { readonly kind: 'assign' | 'unassign'; readonly login: string }
  | ({ readonly kind: 'reply' } & ReplyWanted)
  | { readonly kind: 'react'; readonly comment: number; readonly content: '+1' | 'confused' }
  | { readonly kind: 'setState'; readonly state: 'open' | 'closed'; readonly as?: ClosedAs }
  /** Another comment of ours than the status. */
  | { readonly kind: 'editComment'; readonly id: number; readonly body: string }
  | { readonly kind: 'createStatus'; readonly body: string }
  /** `unseen`: nobody waits for it, and nothing that was decided hangs on it: a stranger's every comment asks for one. */
  | { readonly kind: 'editStatus'; readonly id: number; readonly body: string; readonly unseen?: true };

/**
 * The difference, in a fixed order: pages first; the status comment last, since its record says that the commands were answered.
 * Planning again after writing gives the empty list.
 */
export function plan(desired: Desired, observed: Observed): Effect[] {
  const effects: Effect[] = [];
  if (desired.page && !desired.page.steps.every((key) => observed.steps.has(key))) effects.push({ kind: 'page', ...desired.page });
  for (const notice of desired.notices) if (!observed.steps.has(notice.steps[0]!)) effects.push({ kind: 'page', ...notice });
  for (const id of observed.duplicates) effects.push({ kind: 'deleteComment', id });
  effects.push(...labelEffects(desired, observed));
  effects.push(...titleEffects(desired, observed));
  for (const { login, is } of desired.assign) {
    const there = observed.assignees.some((one) => one.toLowerCase() === login.toLowerCase());
    if (there !== (is === 'on')) effects.push({ kind: is === 'on' ? 'assign' : 'unassign', login });
  }
  for (const reply of desired.replies) if (!observed.replied.has(reply.to)) effects.push({ kind: 'reply', ...reply });
  for (const reaction of desired.reactions) effects.push({ kind: 'react', ...reaction });
  if (desired.edit) effects.push({ kind: 'editComment', ...desired.edit });
  if (desired.state && desired.state.is !== observed.state) {
    const { is, as } = desired.state;
    effects.push({ kind: 'setState', state: is, ...(as ? { as } : {}) });
  }
  if (desired.status) {
    if (!observed.status) {
      if (!observed.statusIntended) effects.push({ kind: 'createStatus', body: desired.status.body });
    } else if (observed.status.body !== desired.status.body) {
      const { id, body } = observed.status;
      const { record, heard } = desired.status;
      const unseen = !heard && wordsOf(body) === wordsOf(desired.status.body) && onlySaw(readKey(body)?.record, record);
      effects.push({ kind: 'editStatus', id, body: desired.status.body, ...(unseen ? { unseen } : {}) });
    }
  }
  return effects;
}

/** What people see of the status comment: its record is the first line. */
const wordsOf = (body: string): string => body.slice(body.indexOf('\n'));

/** Labels one by one, never as a whole; those that the policy does not name are never touched. */
function labelEffects(desired: Desired, observed: Observed): Effect[] {
  const wanted = new Set(desired.labels.map((label) => label.name.toLowerCase()));
  const there = new Set(observed.labels.map((name) => name.toLowerCase()));
  const add = desired.labels.filter((label) => !there.has(label.name.toLowerCase()) && !desired.yielded.has(label.name.toLowerCase()));
  const remove = observed.labels.filter((name) => {
    const low = name.toLowerCase();
    return desired.governed.has(low) && !wanted.has(low) && !desired.yielded.has(low);
  });
  return [
    ...add.map((label) => ({ kind: 'addLabel', label }) as const),
    ...[...remove].sort().map((name) => ({ kind: 'removeLabel', name }) as const),
  ];
}

function titleEffects(desired: Desired, observed: Observed): Effect[] {
  const title = desired.title && observed.title && retitled(observed.title, desired.title);
  if (title === undefined) return [];
  const emoji = desired.title?.emoji;
  return [{ kind: 'setTitle', title, ...(emoji !== undefined && title.startsWith(`${emoji} `) ? { emoji } : {}) }];
}

/** How an own write is named in the store, and recognised in a comment. */
export const writeKey = (key: CommentKey): string =>
  key.is === 'step' ? `step:${key.steps.join(' ')}` : key.is === 'reply' ? `reply:${key.to}` : key.is;
