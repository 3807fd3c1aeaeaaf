import type { CalendarSpec, Duration, Instant, PlainDate } from '../calendar/time.ts';

export const CLOCKS = ['first_response', 'next_response', 'update', 'workaround', 'resolution'] as const;
export type ClockName = (typeof CLOCKS)[number];

export const LANGUAGES = ['en', 'pl', 'ro', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

export const MARKERS = ['received', 'progress', 'confirming', 'resolved'] as const;
export type MarkerName = (typeof MARKERS)[number];

export const FLAGS = ['triaged', 'waiting', 'hold', 'escalated'] as const;
export type FlagName = (typeof FLAGS)[number];

export type Targets = Readonly<Partial<Record<ClockName, Duration>>>;

/** `@ann` → user, `@org/team` → team; logins and slugs are compared without case. */
export type Person =
  | { readonly kind: 'user'; readonly login: string }
  | { readonly kind: 'team'; readonly org: string; readonly slug: string };

/** Whom a step mentions. `rota` absent means the first rota. */
export type Mention =
  | { readonly kind: 'assignees' }
  | { readonly kind: 'owners' }
  | { readonly kind: 'on_call'; readonly rota?: string }
  | { readonly kind: 'role'; readonly role: string }
  | Person;

export type Priority = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly color: string;
  readonly aliases: readonly string[];
  /** A key of `Policy.calendars`. */
  readonly calendar: string;
  readonly targets: Targets;
};

export type Product = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly owners: readonly Person[];
  readonly aliases: readonly string[];
};

export type Category = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly priority?: string;
  readonly runbook?: string;
  readonly aliases: readonly string[];
};

export type Plan = {
  readonly id: string;
  readonly name: string;
  readonly reporters: readonly Person[];
  readonly claimable: boolean;
  readonly calendar: string;
  readonly targets: Targets;
  readonly aliases: readonly string[];
};

export type StepMoment =
  | { readonly kind: 'percent'; readonly percent: number }
  /** `breach` (empty duration) or `breach + X`. */
  | { readonly kind: 'breach'; readonly after: Duration };

type StepCommon = {
  /** Names the step inside its clock and cycle: its `id`, else its moment as written canonically (`75%`, `breach`, `breach+4h`, `stagnant`). */
  readonly key: string;
  readonly priorities?: readonly string[];
  readonly categories?: readonly string[];
  readonly products?: readonly string[];
  readonly mention: readonly Mention[];
  readonly label?: string;
  readonly repeat?: { readonly every: Duration; readonly times: number };
};

export type Step =
  | (StepCommon & { readonly kind: 'clock'; readonly clock: ClockName; readonly moment: StepMoment })
  | (StepCommon & { readonly kind: 'stagnant'; readonly after: Duration });

export type Rota = {
  readonly id: string;
  readonly rotation: 'daily' | 'weekly' | 'monthly' | { readonly every: Duration };
  readonly handoff: string;
  readonly starts: PlainDate;
  readonly people: readonly Person[];
  readonly overrides: readonly { readonly from: string; readonly to: string; readonly person: Person }[];
};

export type AtLeast = 'triage' | 'write' | 'maintain' | 'admin';

/** `support.yml` after presets, defaults and checks: whatever refers to something refers to something that exists. */
export type Policy = {
  readonly extends: string;
  readonly language: Language;
  readonly timezone: string;
  readonly mode: 'live' | 'shadow';
  readonly effective: 'new' | 'open';
  readonly enforceFrom?: Instant;
  /** `always` is among them. */
  readonly calendars: Readonly<Record<string, CalendarSpec>>;
  /** Most urgent first; never empty. */
  readonly priorities: readonly Priority[];
  readonly defaultPriority: string;
  readonly grace: Duration;
  readonly intake: {
    /** Both absent: every issue is a ticket. */
    readonly labels?: readonly string[];
    readonly forms?: readonly string[];
    readonly staff: boolean;
    readonly fields: Readonly<Partial<Record<'priority' | 'product' | 'category' | 'plan', string>>>;
    readonly required: readonly string[];
    readonly security?: { readonly categories: readonly string[]; readonly reply: string };
  };
  readonly products: readonly Product[];
  readonly defaultOwners: readonly Person[];
  readonly categories: readonly Category[];
  readonly plans: readonly Plan[];
  readonly responders: {
    readonly atLeast: AtLeast;
    readonly teams: readonly Person[];
    readonly users: readonly Person[];
    readonly ackCounts: boolean;
  };
  readonly roles: Readonly<Record<string, readonly Person[]>>;
  readonly onCall: readonly Rota[];
  readonly escalation: readonly Step[];
  readonly markers: Readonly<Record<MarkerName, { readonly emoji: string; readonly label: string }>> & { readonly title: boolean };
  readonly flags: Readonly<Record<FlagName, string>>;
  /** `false`: no 🟡, a fix goes straight to 🟢. */
  readonly confirm: false | { readonly after: Duration; readonly close: boolean };
  readonly fixesFrom: readonly string[];
  readonly handOff: { readonly onRotation: boolean };
  readonly console: { readonly label: string };
  readonly incidents: {
    readonly label: string;
    readonly severities: readonly string[];
    readonly priority: string;
    readonly update: Duration;
    readonly pin: boolean;
    readonly reportDue: Duration;
  };
  readonly maintenance: readonly {
    readonly id: string;
    readonly title: string;
    readonly rrule: string;
    readonly at: string;
    readonly lasts: Duration;
    readonly notify?: Duration;
    readonly impact?: string;
  }[];
  readonly reports: {
    readonly digest?: { readonly at: string; readonly days: readonly string[] };
    readonly weekly?: { readonly on: string; readonly at: string };
    readonly monthly?: { readonly on: number; readonly at: string };
    readonly quarterly?: { readonly on: number; readonly at: string };
    readonly yearly?: { readonly on: number; readonly at: string };
    readonly targets: Readonly<Record<string, Duration | number>>;
  };
};

/** Which of the three files a problem stands in. */
export type PolicyFile = 'own' | 'owner' | 'preset';

/** What is wrong with a file, where, and what to do: shown as an annotation. Lines and columns (UTF-16 units) count from 1; the end is exclusive. */
export type Problem = {
  /** The repository's own file, the one in the owner's `.github` repository, or the preset. */
  readonly file: PolicyFile;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** `priorities.0.targets.resolution` */
  readonly path: string;
  /** One plain English sentence without Markdown; quotes what was found, cut to 80 characters. */
  readonly message: string;
};

/** What the check run says of a valid file: keys that are read but not kept yet, by their top-level or dotted name. */
export type PolicyRead = { readonly policy: Policy; readonly notInForce: readonly string[] };

/** A preset's YAML text by `name@version`; undefined when there is none. A name alone means version 1. */
export type Presets = (name: string) => string | undefined;
