import { Counter, Gauge, type Metric, type Registry } from 'prom-client';

export const PREFIX = 'watchkeeper_';

/**
 * Of one metric; the words come from our code, never from people. More are counted as `other`: a mistake must not cost the memory of whoever
 * collects the numbers.
 */
const CHILDREN_MAX = 400;
export const OTHER = 'other';

export type Family = { readonly help: string; readonly labels?: readonly string[] };
type Labels = Readonly<Record<string, string>>;

/**
 * Metrics of one registry by name; a series is found by its labels in the order of its family's. What is counted at every look and every call of
 * the store is kept in plain numbers and given to `prom-client` when somebody asks: its own counters and histograms take some microseconds at
 * each step (a look: 4 µs, here 0.3), since they look up their labels again each time.
 */
export class Series {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  counter(name: string, family: Family): (...labels: string[]) => Count {
    const counts = new Children(family, (labels) => new Count(labels));
    new Counter({
      ...this.#config(name, family),
      collect() {
        for (const count of counts.all()) this.inc(count.labels, count.taken());
      },
    });
    return (...labels) => counts.of(labels);
  }

  histogram(name: string, family: Family & { readonly buckets: readonly number[] }): (...labels: string[]) => Tally {
    const tallies = new Children(family, (labels) => new Tally(labels, family.buckets));
    const full = PREFIX + name;
    const values = () => [...tallies.all()].flatMap((tally) => tally.values(full));
    // Registered by its shape: `prom-client`'s own takes one observation at a time.
    const metric = {
      name: full,
      help: family.help,
      type: 'histogram',
      aggregator: 'sum',
      get: async () => ({ ...metric, values: values() }),
    };
    this.#registry.registerMetric(metric as unknown as Metric);
    if (!family.labels) tallies.of([]);
    return (...labels) => tallies.of(labels);
  }

  /** Absent until it is set, and again when it is set to undefined. */
  gauge(name: string, family: Family): (value: number | undefined, ...labels: string[]) => void {
    const made = new Gauge(this.#config(name, family));
    if (!family.labels) made.remove();
    return (value, ...labels) => {
      if (value === undefined) made.remove(...labels);
      else made.labels(...labels).set(value);
    };
  }

  #config(name: string, { help, labels = [] }: Family) {
    return { name: PREFIX + name, help, labelNames: [...labels], registers: [this.#registry] };
  }
}

class Children<T> {
  readonly #names: readonly string[];
  readonly #make: (labels: Labels) => T;
  readonly #known = new Map<string, T>();

  constructor({ labels = [] }: Family, make: (labels: Labels) => T) {
    this.#names = labels;
    this.#make = make;
  }

  of(labels: readonly string[]): T {
    const key = labels.length === 1 ? labels[0]! : labels.join(' ');
    return this.#known.get(key) ?? this.#add(key, labels);
  }

  all(): Iterable<T> {
    return this.#known.values();
  }

  #add(key: string, labels: readonly string[]): T {
    const others = this.#names.map(() => OTHER);
    if (this.#known.size >= CHILDREN_MAX && key !== others.join(' ')) return this.of(others);
    const made = this.#make(Object.fromEntries(this.#names.map((name, i) => [name, labels[i] ?? OTHER])));
    this.#known.set(key, made);
    return made;
  }
}

class Count {
  readonly labels: Labels;
  #sum = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  inc(by = 1): void {
    this.#sum += by;
  }

  /** What came since the last time. */
  taken(): number {
    const sum = this.#sum;
    this.#sum = 0;
    return sum;
  }
}

class Tally {
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  /** How many were at most each bound and above the one before; the last: above all. */
  readonly #counts: number[];
  #sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let i = 0;
    while (i < this.#bounds.length && value > this.#bounds[i]!) i++;
    this.#counts[i]!++;
    this.#sum += value;
  }

  values(name: string): object[] {
    let count = 0;
    const labels = this.#labels;
    const buckets = this.#counts.map((n, i) => {
      count += n;
      return { metricName: `${name}_bucket`, labels: { ...labels, le: this.#bounds[i] ?? '+Inf' }, value: count };
    });
    return [...buckets, { metricName: `${name}_sum`, labels, value: this.#sum }, { metricName: `${name}_count`, labels, value: count }];
  }
}

/** Installations that have series of their own; GitHub's largest Apps have thousands. */
export const INSTALLATIONS_MAX = 200;
/** Whoever asked nothing for so long gives its place to another; GitHub's budget is by the hour, so that what was left of it says nothing any more. */
const SILENT_S = 3_600;

/**
 * Which installations have series of their own. A place is taken for at least an hour: if whoever calls took that of whoever called longest ago,
 * a thousand busy installations would make a new series with each request.
 */
export class Installations {
  readonly #lastAt = new Map<number, number>();
  readonly #gone: (installation: string) => void;

  constructor(gone: (installation: string) => void) {
    this.#gone = gone;
  }

  /** The label of an installation that is active now. `now` in seconds of any clock that does not go back. */
  label(installation: number, now: number): string {
    if (!this.#lastAt.has(installation) && this.#lastAt.size >= INSTALLATIONS_MAX) {
      const [oldest, at] = this.#lastAt.entries().next().value!;
      if (now - at < SILENT_S) return OTHER;
      this.#lastAt.delete(oldest);
      this.#gone(nameOf(oldest));
    }
    this.#lastAt.delete(installation);
    this.#lastAt.set(installation, now);
    return nameOf(installation);
  }

  /** Those that asked nothing for an hour. */
  silent(now: number): string[] {
    return [...this.#lastAt].filter(([, at]) => now - at >= SILENT_S).map(([installation]) => nameOf(installation));
  }
}

/** 0 is the App itself. */
const nameOf = (installation: number): string => (installation === 0 ? 'app' : String(installation));
