import type { OwnWrite, RepoRow, Settled, TicketRow, Wake } from './port.ts';

/** GitHub lets a failed delivery be sent again for three days; after that an id cannot come back. */
export const DELIVERIES_DAYS = 3;
/** Own writes serve while GitHub's replicas lag: 15 minutes (invariant 2). A day leaves room for a clock that was set and for whoever asks why. */
export const OWN_WRITES_DAYS = 1;
/** A look that finds the newest twenty things has found what came before them; a burst of comments must not grow the row. */
export const EXPECT_MAX = 20;
/** `comment:` and a node id; far below what would make twenty of them weigh. */
export const EXPECT_CHARS_MAX = 100;
/** In one commit: ten thousand upserts take 80 to 150 ms of the event loop. More are woken slice by slice; a webhook never names so many. */
export const WAKES_MAX = 10_000;
/** A desk's whole day fits into one claim many times over; more would only keep leases that nobody works on. */
export const CLAIM_MAX = 1_000;
/** 0 page-worthy … 9 background: one decimal digit, which the index of lanes counts on. */
export const URGENCY_MAX = 9;
/** `issue:<id>:<number>`, with room for what later rooms name. */
export const SUBJECT_CHARS_MAX = 200;
/** A label's name (50 characters), or clock, cycle and step (some 80) of everything that one page may say. */
export const KEY_CHARS_MAX = 8_192;
/** GitHub's own limit on a comment's body. */
export const BODY_CHARS_MAX = 65_536;
/** Names of markers, priorities, owners and repositories; GitHub's longest is 100. */
export const NAME_CHARS_MAX = 200;
/** The port's promise: a ticket's row stays an index row. */
export const TICKET_DATA_BYTES_MAX = 4_096;
/** A policy in force (its text is capped far below) with sweep marks. */
export const REPO_DATA_BYTES_MAX = 4_194_304;
/** Cursors and instants, not documents. */
export const META_BYTES_MAX = 65_536;
/** PostgreSQL carries 8,000 bytes in a notification; what processes tell each other names an installation and a repository. */
export const TOLD_CHARS_MAX = 1_000;
/** Clocks that NTP keeps differ by milliseconds; whoever is two minutes ahead ends the live leases of others. */
export const SKEW_S_MAX = 5;
/** A pull request closes at most a handful of issues, and an issue is rarely fixed by more than a few. */
export const FIXES_MAX = 50;

/** A value that the store does not take: a bug of the caller, told before anything is queued. */
export class StoreLimit extends RangeError {
  override name = 'StoreLimit';
}

export function checkText(what: string, text: string, charsMax: number): void {
  if (typeof text !== 'string' || text.length === 0) throw new StoreLimit(`${what} is empty`);
  checkBody(what, text, charsMax);
}

export function checkBody(what: string, text: string, charsMax: number): void {
  if (text.length > charsMax) throw new StoreLimit(`${what} has ${text.length} characters, at most ${charsMax} are kept`);
}

export function checkBytes(what: string, text: string, bytesMax: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > bytesMax) throw new StoreLimit(`${what} has ${bytes} bytes, at most ${bytesMax} are kept`);
}

export function checkInteger(what: string, n: number, min = 0, max = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(n) || n < min || n > max) throw new StoreLimit(`${what} is ${n}, not a whole number from ${min} to ${max}`);
}

export function checkExpect(expect: readonly string[] | undefined): void {
  for (const entry of expect ?? []) checkText('expect', entry, EXPECT_CHARS_MAX);
}

export function checkWakes(wakes: readonly Wake[]): void {
  for (const wake of wakes) {
    checkText('subject', wake.subject, SUBJECT_CHARS_MAX);
    checkInteger('installation', wake.installation);
    checkInteger('dueAt', wake.dueAt);
    checkInteger('urgency', wake.urgency, 0, URGENCY_MAX);
    checkExpect(wake.expect);
  }
}

/** What `receive` takes is one commit. */
export function checkReceived(wakes: readonly Wake[]): void {
  if (wakes.length > WAKES_MAX) throw new StoreLimit(`${wakes.length} wakes in one delivery, at most ${WAKES_MAX} are taken`);
  checkWakes(wakes);
}

/** As many as go into one commit, in order. */
export function* slicesOf(wakes: readonly Wake[]): Generator<readonly Wake[]> {
  for (let at = 0; at < wakes.length; at += WAKES_MAX) yield wakes.slice(at, at + WAKES_MAX);
}

export function checkSettled(next: Settled | undefined): void {
  if (next === undefined) return;
  checkInteger('dueAt', next.dueAt);
  checkInteger('urgency', next.urgency, 0, URGENCY_MAX);
  checkInteger('attempts', next.attempts);
  if (next.lookedAt !== undefined) checkInteger('lookedAt', next.lookedAt);
  checkExpect(next.expect);
}

export function checkMeta(key: string, value: string): void {
  checkText('meta key', key, KEY_CHARS_MAX);
  if (key.startsWith('schema')) throw new StoreLimit('the schema version is written by migrations only');
  checkBytes('meta value', value, META_BYTES_MAX);
}

export function checkOwnWrite(write: OwnWrite): void {
  checkText('subject', write.subject, SUBJECT_CHARS_MAX);
  checkText('key', write.key, KEY_CHARS_MAX);
  checkInteger('at', write.at);
  if (write.id !== undefined) checkText('id', write.id, NAME_CHARS_MAX);
  if (write.body !== undefined) checkBody('body', write.body, BODY_CHARS_MAX);
}

export function checkTicket(row: TicketRow): void {
  checkInteger('repo', row.repo);
  checkInteger('number', row.number);
  checkInteger('installation', row.installation);
  checkBody('marker', row.marker, NAME_CHARS_MAX);
  checkBody('priority', row.priority, NAME_CHARS_MAX);
  if (row.nextStepAt !== undefined) checkInteger('nextStepAt', row.nextStepAt);
  if (row.crowd !== undefined) checkText('crowd', row.crowd, NAME_CHARS_MAX);
  if (row.fixes.length > FIXES_MAX) throw new StoreLimit(`${row.fixes.length} fixes, at most ${FIXES_MAX} are kept`);
  for (const fix of row.fixes) checkInteger('fix', fix);
  checkBytes('ticket data', row.data, TICKET_DATA_BYTES_MAX);
}

export function checkRepo(row: RepoRow): void {
  checkInteger('repo', row.repo);
  checkInteger('installation', row.installation);
  checkText('owner', row.owner, NAME_CHARS_MAX);
  checkText('name', row.name, NAME_CHARS_MAX);
  checkBytes('repository data', row.data, REPO_DATA_BYTES_MAX);
}
