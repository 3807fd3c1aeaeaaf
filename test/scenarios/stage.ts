import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { instant, iso } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import { presetForms } from '../../src/presets.ts';
import type { Role } from '../../src/sandbox/state.ts';
import type { Twin } from '../../src/sandbox/twin.ts';
import { mentionsIn } from '../../src/sandbox/world/people.ts';
import { CAST, REPO, TestDesk } from '../support/desk.ts';
import { instantOf, type When } from './time.ts';

export { REPO };
export const APP = 'watchkeeper[bot]';
export const OWNERS_REPO = 'acme/.github';
export const POLICY_FILE = '.github/support.yml';

/** The hidden first line of the desk's comments. */
export const KEY_LINE = /<!--.*?-->\n?/s;

const hash = (text: string): string => createHash('sha1').update(text).digest('hex').slice(0, 6);

/** What stands before the first line of a story. */
export type Setting = {
  /** Undefined: the repository has none. */
  readonly policy: string | undefined;
  /** It is meant to be invalid. */
  readonly broken: boolean;
  readonly ownerPolicy: string | undefined;
  readonly forms: Readonly<Record<string, string>>;
  /** Others that lie in the repository. */
  readonly files: Readonly<Record<string, string>>;
  readonly zone: string;
  readonly people: Readonly<Record<string, string>>;
  readonly bots: readonly string[];
  /** The App arrives so long before the first line. */
  readonly arrivesS: number;
};

export type Own = { readonly id: number; readonly body: string; readonly at: string; readonly issue: number };

/** One story while it is told: the desk, whom it is about, and what of it was seen. */
export class Stage {
  readonly setting: Setting;
  #desk: TestDesk | undefined;
  /** The issue that sentences are about if they name none. */
  issue = 0;
  /** The comment that a person wrote or changed last. */
  comment = 0;
  /** What the App had done before the latest action or passing of time. */
  before = '';
  readonly #claimed = new Set<number>();
  /** Replies whose mentions the story told of. */
  readonly #calling = new Set<number>();

  constructor(setting: Setting) {
    this.setting = setting;
  }

  get desk(): TestDesk {
    if (!this.#desk) throw new Error('a story begins with an instant');
    return this.#desk;
  }

  get world(): Twin['world'] {
    return this.desk.twin.world;
  }

  get repo() {
    return this.world.theRepo(REPO);
  }

  async until(when: When): Promise<void> {
    if (this.#desk) {
      this.before = this.deeds();
      await this.#desk.until(iso(instantOf(when, this.setting.zone, this.#desk.now)));
      return;
    }
    const first = instantOf(when, this.setting.zone, undefined);
    this.#desk = await TestDesk.open({
      policy: this.setting.policy ?? '',
      forms: this.setting.forms,
      files: this.setting.files,
      start: iso(instant(first - this.setting.arrivesS)),
      sweepS: 21_600,
      // Answers are held to GitHub's description in test/sandbox and test/watch; here it was a fifth of the time.
      validate: false,
      before: (twin) => this.#set(twin),
    });
    await this.#desk.until(iso(first));
    if (this.setting.policy !== undefined) {
      const run = this.checkRun();
      expect(run?.conclusion, run?.output.summary ?? 'check run').toBe(this.setting.broken ? 'failure' : 'success');
    }
    this.before = this.deeds();
  }

  #set(twin: Twin): void {
    const repo = twin.world.theRepo(REPO);
    for (const [login, role] of Object.entries(this.setting.people)) {
      twin.act.user(login);
      if (role !== 'none') twin.act.role(REPO, login, role as Role, CAST.coordinator);
    }
    for (const name of this.setting.bots) {
      const id = twin.world.id();
      twin.world.addAccount({ id, login: `${name}[bot]`, type: 'Bot', name: null, createdAt: twin.world.now() });
      repo.roles = { ...repo.roles, [id]: 'write' };
    }
    if (this.setting.ownerPolicy !== undefined) {
      twin.act.repository(OWNERS_REPO, { files: { [POLICY_FILE]: this.setting.ownerPolicy } });
    }
    if (this.setting.policy === undefined) twin.act.commitFile(REPO, POLICY_FILE, null, CAST.maintainer);
  }

  /** A person acts, and the desk does what is due in the seconds after. */
  async acts(run: () => void): Promise<void> {
    this.before = this.deeds();
    run();
    await this.desk.settle();
  }

  get number(): number {
    if (this.issue === 0) throw new Error('there is no issue yet');
    return this.issue;
  }

  /** Our check run on the newest commit that touched the policy. */
  checkRun() {
    const touching = Object.values(this.repo.commits).filter(({ changed }) =>
      [...changed.added, ...changed.modified].some((path) => path === POLICY_FILE),
    );
    const newest = touching.reduce((one, other) => (other.at >= one.at ? other : one));
    return Object.values(this.repo.checks).findLast((one) => one.headSha === newest.sha);
  }

  own(is: 'status' | 'step' | 'reply' | 'crowd'): Own[] {
    return Object.values(this.repo.issues)
      .flatMap((issue) => this.desk.ownOf(issue.number, is).map((one) => ({ ...one, issue: issue.number })))
      .sort((a, b) => a.id - b.id);
  }

  /** Comments of this kind that no expectation has named yet. */
  unclaimed(is: 'step' | 'reply'): Own[] {
    return this.own(is).filter((one) => !this.#claimed.has(one.id));
  }

  claim(comments: readonly Own[], calling = false): void {
    for (const one of comments) {
      this.#claimed.add(one.id);
      if (calling) this.#calling.add(one.id);
    }
  }

  /** The list that `/runbook` put up last. */
  list(): Own {
    const found = this.own('reply').findLast((one) => one.issue === this.issue && one.body.includes('- ['));
    if (!found) throw new Error('there is no list');
    return found;
  }

  repliesTo(comment: number): Own[] {
    return this.own('reply').filter((one) => {
      const key = readKey(one.body)?.key;
      return key?.is === 'reply' && key.to === comment;
    });
  }

  /** Whom GitHub would notify: existing people who can read, existing teams. */
  mentioned(body: string): string[] {
    return mentionsIn(this.world, this.repo, body).map((one) =>
      'account' in one ? one.account.login : `${one.org.login}/${one.team.slug}`,
    );
  }

  /** Everything that the App has done so far, in the repository and on all its issues, as one text to compare. */
  deeds(): string {
    if (!this.#desk) return '';
    const { repo } = this;
    const bot = this.world.who(APP).id;
    const lines = Object.values(repo.issues).flatMap((issue) =>
      issue.timeline.flatMap((row) => {
        const comment = row.comment === undefined ? undefined : repo.comments[row.comment];
        const reactions = (comment?.reactions ?? [])
          .filter((one) => one.userId === bot)
          .map((one) => `#${issue.number} ${one.content} on ${comment?.id}`);
        if (row.actorId !== bot) return reactions;
        const body = comment && `${readKey(comment.body)?.key.is}: ${comment.body.replace(KEY_LINE, '')}`;
        return [...reactions, `#${issue.number} ${row.event} ${row.label?.name ?? body ?? ''}`];
      }),
    );
    return [...lines, ...Object.values(repo.checks).map((one) => `check run ${one.conclusion} ${hash(JSON.stringify(one.output))}`)].join(
      '\n',
    );
  }

  /** What holds at the end of every story. */
  async end(): Promise<void> {
    expect(
      this.unclaimed('step').map((one) => one.body.replace(KEY_LINE, '')),
      'pages that the story does not tell of',
    ).toEqual([]);
    expect(
      this.unclaimed('reply').map((one) => one.body.replace(KEY_LINE, '')),
      'answers that the story does not tell of',
    ).toEqual([]);
    for (const one of [...this.own('status'), ...this.own('reply')]) {
      if (this.#calling.has(one.id)) continue;
      expect(this.mentioned(one.body), 'only a page, and what the story tells of, mentions anybody').toEqual([]);
    }
  }

  async close(): Promise<void> {
    await this.#desk?.close();
  }
}

export const formsOf = (preset: string): Record<string, string> => presetForms(preset.includes('@') ? preset : `${preset}@1`);
