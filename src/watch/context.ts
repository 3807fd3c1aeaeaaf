import type { Instant } from '../calendar/time.ts';
import type { InForce, Policies } from '../desk/ledger.ts';
import { type FormSpec, readForm } from '../policy/forms.ts';
import type { RepoRef } from './github-port.ts';
import type { Parts } from './parts.ts';
import { inForce, judgePolicy, Recent, refOf } from './policies.ts';
import { type RepoState, stepMark } from './repo-state.ts';

/** Compiled policies and forms, kept in memory and made anew when the state names others. */
export class Contexts {
  #parts: Parts;
  #policies = new Recent<string, InForce>();
  #forms = new Recent<string, readonly FormSpec[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The policy that the repository's state has in force; undefined when it has none that can be read. */
  async now(state: RepoState): Promise<InForce | undefined> {
    const { good } = state;
    if (!good) return undefined;
    const key = `${good.ref} ${good.since}`;
    const known = this.#policies.get(key);
    if (known) return known;
    const compiled = await this.#compile(good.own, good.owner, good.ref, good.since);
    if (compiled) this.#policies.set(key, compiled);
    return compiled;
  }

  forms(state: RepoState): readonly FormSpec[] {
    const key = state.forms.map((form) => `${form.name} ${form.sha}`).join(' ');
    let forms = this.#forms.get(key);
    if (!forms) {
      forms = state.forms.flatMap((form) => {
        const read = readForm(form.name, form.text);
        return 'problem' in read ? [] : [read];
      });
      this.#forms.set(key, forms);
    }
    return forms;
  }

  /** The policies that a ticket's record names, fetched as blobs when they are not in memory. One that is gone is left out. */
  async pinned(repo: RepoRef, refs: readonly string[], today: InForce): Promise<ReadonlyMap<string, InForce>> {
    const found = new Map<string, InForce>([[today.ref, today]]);
    for (const ref of refs) {
      if (found.has(ref)) continue;
      const known = this.#policies.get(ref) ?? (await this.#fetch(repo, ref));
      if (!known) continue;
      this.#policies.set(ref, known);
      found.set(ref, known);
    }
    return found;
  }

  async #fetch(repo: RepoRef, ref: string): Promise<InForce | undefined> {
    const [own, owner] = ref.split('+');
    if (!own || !/^[0-9a-f]{40,64}$/.test(own) || (owner !== undefined && !/^[0-9a-f]{40,64}$/.test(owner))) return undefined;
    const text = await this.#parts.github.blob(repo, own);
    const ownerText = owner ? await this.#parts.github.blob({ ...repo, name: '.github' }, owner) : undefined;
    if (text === undefined || (owner && ownerText === undefined)) return undefined;
    return this.#compile(text, ownerText, refOf(own, owner), 0 as Instant);
  }

  async #compile(own: string, owner: string | undefined, ref: string, since: Instant): Promise<InForce | undefined> {
    const judged = await judgePolicy(own, owner, this.#parts.presets);
    return judged.good ? inForce(judged.read.policy, ref, since, judged.holidays) : undefined;
  }
}

export function policiesOf(now: InForce, pinned: ReadonlyMap<string, InForce>, state: RepoState): Policies {
  return {
    now,
    at: (ref) => pinned.get(ref),
    stepSince: (step) => state.steps[stepMark(step)] ?? now.since,
    arrival: state.arrival ?? now.since,
    liveSince: state.liveSince ?? now.since,
  };
}
