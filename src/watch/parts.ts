import type { Instant } from '../calendar/time.ts';
import type { Presets } from '../policy/types.ts';
import type { Store } from '../store/port.ts';
import type { GitHub } from './github-port.ts';

/** Structured logs: fields and a static message, as pino has them. Titles and texts of users only at debug. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** What the watch is made of; handed from function to function instead of being found in modules. */
export type Parts = {
  readonly github: GitHub;
  readonly store: Store;
  readonly presets: Presets;
  readonly clock: () => Instant;
  /** Whether the clock is GitHub's yet. Absent: it is. */
  readonly time?: KnownTime;
  readonly log: Log;
  readonly meter: Meter;
  readonly settings: Settings;
  /** Aborted when the process is about to end: what has not been written is left to whoever comes next. */
  readonly halt: AbortSignal;
};

/** Until GitHub has said what time it is, `clock` is the host's, which may be days off. */
export type KnownTime = {
  isKnown(): boolean;
  /** Asks GitHub, unless that was done a moment ago; never throws, and ends within half a minute. */
  ask(): Promise<void>;
};

/** What woke a look. */
export type WokenBy = 'step' | 'webhook' | 'sweep' | 'daily' | 'background';

/** What is counted of the work, for whoever watches the desk. Durations in seconds; no titles, no texts, no logins. */
export type Meter = {
  /** A look at a subject of this kind (`issue`, `repository`, `sweep`, `pull`, `app`, `deliveries`) has ended. `waited`: from its due instant to its claim. */
  looked(kind: string, by: WokenBy, outcome: 'done' | 'passing' | 'refused' | 'gone' | 'bug', seconds: number, waited: number): void;
  /** On so many issues a sweep made us write something that no webhook had told of. */
  drifted(issues: number): void;
  /** A step was posted so many seconds after its due instant. */
  stepped(late: number): void;
  /** A write to GitHub did not happen. `put_off`: our own budget is spent, the usual state of a backlog. */
  failed(effect: string, how: 'put_off' | 'passing' | 'refused' | 'gone'): void;
  /** GitHub limits an installation for so long. */
  limited(installation: number, seconds: number): void;
};

export const NO_METER: Meter = { looked() {}, drifted() {}, stepped() {}, failed() {}, limited() {} };

export type Settings = {
  /** Seconds between two listings of an active repository; 15 min after a quiet day. */
  readonly sweepS: number;
  /** Seconds between two listings of where the App is installed: one request for a hundred installations, unbilled while nothing changed. */
  readonly listS: number;
  /** Seconds between two tickets of the backlog, or of a repaint: 2 reads each, of 5,000 an hour. */
  readonly trickleS: number;
};

export const SETTINGS: Settings = { sweepS: 60, listS: 3_600, trickleS: 3.6 };

/** Urgencies of alarms: the lower goes first. */
export const URGENT = 0;
export const NORMAL = 3;
/** What a sweep found: a webhook that tells the same goes first. */
export const SWEPT = 4;
/** Listings of repositories: behind all that webhooks ask. */
export const SWEEPING = 5;
export const DAILY = 6;
export const BACKGROUND = 9;

export const issueSubject = (repo: number, number: number): string => `issue:${repo}:${number}`;
export const repositorySubject = (repo: number): string => `repository:${repo}`;
export const sweepSubject = (repo: number): string => `sweep:${repo}`;
export const APP_SUBJECT = 'app';
export const DELIVERIES_SUBJECT = 'deliveries';
