/** How GitHub is unkind. Everything is off if absent; the same seed gives the same unkindness for the same sequence of calls. */
export type Unkind = {
  readonly seed?: number;
  /** Readings trail each write by 0 to this many seconds of the twin's clock (GitHub's replicas: 0–3 s). */
  readonly lagS?: number;
  readonly webhooks?: {
    /** Probabilities from 0 to 1. */
    readonly reorder?: number;
    readonly double?: number;
    /** Never arrives, and is listed as failed. */
    readonly drop?: number;
    /** Never arrives, and is listed nowhere. */
    readonly vanish?: number;
    readonly delay?: number;
    /** The longest delay in seconds of the twin's clock; 60 if absent. */
    readonly delayS?: number;
    /** `author_association` of members is CONTRIBUTOR in payloads, as it is for private membership. */
    readonly blurMembers?: boolean;
  };
  readonly answers?: {
    /** 502 or 503; a write is not done. */
    readonly fail?: number;
    /** 403 or 429 with `retry-after`; a write is not done. */
    readonly limit?: number;
    readonly retryAfterS?: number;
    /** 404 on a read of something that is there. */
    readonly lose?: number;
    /** Done, but the answer never arrives: the connection breaks. */
    readonly loseAnswer?: number;
    /** Real milliseconds before each answer, up to this many. */
    readonly slowMs?: number;
    /** 403 when an installation has spent its 5,000 an hour of the twin's clock. */
    readonly enforceRate?: boolean;
  };
};

/** One planned misfortune: hits the next `times` requests that fit (1 if absent), before chance is asked. */
export type Fault = {
  readonly method?: string;
  /** Matched against the path without host and `/api/v3`. */
  readonly path?: RegExp;
  /** What is answered instead; absent with `loseAnswer`. */
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The request is carried out and its answer lost. */
  readonly loseAnswer?: boolean;
  times?: number;
};

export type Chance = {
  readonly next: () => number;
  readonly hits: (p: number | undefined) => boolean;
  readonly upTo: (n: number) => number;
};

/** Mulberry32. */
export function chanceOf(seed: number): Chance {
  let a = seed >>> 0;
  const next = (): number => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, hits: (p) => p !== undefined && p > 0 && next() < p, upTo: (n) => Math.floor(next() * (n + 1)) };
}
