import type { Instant } from '../calendar/time.ts';
import { Fault, type RepoRef } from '../watch/github-port.ts';
import { type Api, repoPath } from './api.ts';
import { Lru } from './lru.ts';
import type { PaceClass } from './pace.ts';
import { z } from './schemas.ts';

export type LabelWrite = { readonly name: string; readonly color: string; readonly description: string };

const LABELS_TTL_S = 600;
/** Labels known to be there, of all repositories: a policy names some twenty. */
const LABELS_MAX = 20_000;
/** `platform.md`, 1.7. */
const NAME_CHARS_MAX = 50;
const DESCRIPTION_CHARS_MAX = 100;

/** The labels of repositories: GitHub would create a missing one grey and without a word. */
export class Labels {
  readonly #api: Api;
  readonly #clock: () => Instant;
  readonly #there = new Lru<Instant>(LABELS_MAX);
  readonly #generations = new Map<number, number>();

  constructor(api: Api, clock: () => Instant) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Labels come and go seldom: what is forgotten costs a conditional read each. */
  forget(repo: number): void {
    this.#generations.set(repo, (this.#generations.get(repo) ?? 0) + 1);
  }

  async add(repo: RepoRef, pace: PaceClass, issue: number, label: LabelWrite): Promise<void> {
    const key = `${repo.id} ${this.#generations.get(repo.id) ?? 0} ${label.name.toLowerCase()}`;
    const since = this.#there.get(key);
    if (since === undefined || since <= this.#clock() - LABELS_TTL_S) {
      await this.#ensure(repo, pace, label);
      this.#there.set(key, this.#clock());
    }
    try {
      await this.#api.write(repo, pace, 'POST', repoPath(repo, 'issues', issue, 'labels'), { labels: [label.name] });
    } catch (error) {
      // A write that waits for its turn says nothing about the label.
      if (!(error instanceof Fault && error.kind === 'passing')) this.#there.delete(key);
      throw error;
    }
  }

  async remove(repo: RepoRef, pace: PaceClass, issue: number, name: string): Promise<void> {
    await unlessGone(() => this.#api.write(repo, pace, 'DELETE', repoPath(repo, 'issues', issue, 'labels', name)));
  }

  /** One read instead of a listing: repositories have up to thousands of labels, and a policy names some twenty. */
  async #ensure(repo: RepoRef, pace: PaceClass, label: LabelWrite): Promise<void> {
    const found = await this.#api.find(repo, repoPath(repo, 'labels', label.name), z.object({ name: z.string() }));
    if (found) return;
    const { name, color } = label;
    if (name.length > NAME_CHARS_MAX) throw new Fault('refused', 'GitHub takes no label name of more than 50 characters');
    const description = label.description.slice(0, DESCRIPTION_CHARS_MAX);
    try {
      await this.#api.write(repo, pace, 'POST', repoPath(repo, 'labels'), { name, color: color.replace(/^#/, ''), description });
    } catch (error) {
      // Somebody was faster, or we were and the answer was lost: a replica may not show it for a while. What GitHub really refuses, it refuses on the issue.
      if (!(error instanceof Fault && error.status === 422)) throw error;
    }
  }
}

/** For removing: what is not there is removed. */
export async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof Fault && error.kind === 'gone')) throw error;
  }
}
