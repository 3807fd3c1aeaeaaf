import type { Instant, Seconds } from '../calendar/time.ts';
import type { Twin } from './twin.ts';

/** A clock that people turn. It stands still unless it runs by itself. */
export type TurnedClock = {
  now(): Instant;
  advance(seconds: Seconds): void;
  /** Sandbox seconds per real second; 0 stands still. */
  readonly speed: number;
  run(speed: number): void;
};

export type PresetInfo = {
  readonly id: string;
  readonly title: string;
  /** Path in the repository to text: the policy that `support.yml` starts with and the preset's forms. */
  readonly files: Readonly<Record<string, string>>;
};

/** What the sandbox page works on: the twin, the clock, and the desk behind it. */
export type Playground = {
  readonly twin: Twin;
  /** `acme/desk` */
  readonly repository: string;
  readonly clock: TurnedClock;
  readonly presets: readonly PresetInfo[];
  /** When the desk wants to look at something next; undefined when nothing is scheduled. */
  nextAlarm(): Promise<Instant | undefined>;
  /** Delivers webhooks and lets the desk work until both are quiet at the present instant. */
  settle(): Promise<void>;
  /** Turns the clock on, stopping at every alarm on the way, so that what is due happens at its time. */
  turn(seconds: Seconds): Promise<void>;
  /** Starts afresh, with the files of a preset. */
  reset(preset: string): Promise<void>;
};
