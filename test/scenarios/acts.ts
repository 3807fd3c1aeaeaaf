import { expect } from 'vitest';
import { type FormField, readForm, renderAnswers } from '../../src/policy/forms.ts';
import type { Role } from '../../src/sandbox/state.ts';
import { Refused } from '../../src/sandbox/world/world.ts';
import { CAST, REPO } from '../support/desk.ts';
import { OWNERS_REPO, POLICY_FILE, type Stage } from './stage.ts';
import { type Detail, none, text, type Words, words } from './words.ts';

/** What people (and machines) do. A sentence says who does what; what GitHub does not let them do fails the story. */
export type Act = (stage: Stage) => Promise<void>;
type Verb = { readonly says: RegExp; readonly read: (found: readonly string[], detail: Detail) => Act };

/** GitHub does not let somebody file a form with an empty required field: what the story leaves out is filled in with this. */
const SOMETHING = 'See the title.';

const WHO = '([a-z][a-z-]*(?:\\[bot\\])?)';
const verb = (pattern: string, read: Verb['read']): Verb => ({ says: new RegExp(`^${pattern}$`), read });
/** An action at one instant, with the desk coming to rest after it. */
const does =
  (run: (stage: Stage) => void): Act =>
  (stage) =>
    stage.acts(() => run(stage));

const VERBS: readonly Verb[] = [
  // Issues.
  verb(`${WHO} files ([\\w.-]+\\.yml)`, ([, who, form], detail) => files(who!, form!, detail ? words(detail) : {}, true)),
  verb(`${WHO} files ([\\w.-]+\\.yml) in (?:her|his) own words`, ([, who, form], detail) => files(who!, form!, words(detail), false)),
  verb(`${WHO} opens an issue(?: with the label (.+))?`, ([, who, label], detail) => {
    const body = text(detail);
    return does((stage) => {
      stage.issue = stage.desk.act.openIssue(REPO, { by: who!, title: 'A word', body, labels: label ? [label] : [] });
    });
  }),
  verb(`${WHO} edits the issue`, ([, who], detail) => {
    const body = text(detail);
    return does((stage) => stage.desk.act.editIssue(REPO, stage.number, { body }, who!));
  }),
  verb(`${WHO} changes "(.+)" to "(.+)" in the issue`, ([, who, from, to], detail) => {
    none(detail);
    return does((stage) => {
      const before = stage.desk.issue(stage.number).body ?? '';
      if (!before.includes(from!)) throw new Error(`the issue does not say "${from}":\n${before}`);
      stage.desk.act.editIssue(REPO, stage.number, { body: before.replace(from!, to!) }, who!);
    });
  }),
  verb(
    `${WHO} assigns ([a-z-]+)`,
    on((act, n, who, whom) => act.assign(REPO, n, whom, who)),
  ),
  verb(
    `${WHO} unassigns ([a-z-]+)`,
    on((act, n, who, whom) => act.unassign(REPO, n, whom, who)),
  ),
  verb(`${WHO} closes it as (completed|not planned|duplicate)`, ([, who, as], detail) => {
    const last = detail === undefined ? undefined : text(detail);
    const reason = as === 'not planned' ? 'not_planned' : (as as 'completed' | 'duplicate');
    return does((stage) => {
      if (last !== undefined) stage.comment = stage.desk.act.comment(REPO, stage.number, last, who!);
      stage.desk.act.close(REPO, stage.number, who!, reason);
    });
  }),
  verb(
    `${WHO} reopens it`,
    on((act, n, who) => act.reopen(REPO, n, who)),
  ),
  verb(
    `${WHO} adds the label`,
    labels((act, n, who, name) => act.label(REPO, n, name, who)),
  ),
  verb(
    `${WHO} removes the label`,
    labels((act, n, who, name) => act.unlabel(REPO, n, name, who)),
  ),

  // Comments.
  verb(`${WHO} says`, ([, who], detail) => {
    const body = text(detail);
    return does((stage) => {
      stage.comment = stage.desk.act.comment(REPO, stage.number, body, who!);
    });
  }),
  verb(`${WHO} edits (?:her|his) comment`, ([, who], detail) => {
    const body = text(detail);
    return does((stage) => {
      stage.comment = lastOf(stage, who!);
      stage.desk.act.editComment(REPO, stage.comment, body, who!);
    });
  }),
  verb(
    `${WHO} deletes (?:her|his) comment`,
    on((act, _n, who, _x, stage) => act.deleteComment(REPO, lastOf(stage, who), who)),
  ),
  verb(
    `${WHO} hides ([a-z-]+)'s comment`,
    on((act, _n, who, whom, stage) => act.minimize(REPO, lastOf(stage, whom), 'outdated', who)),
  ),
  verb(`${WHO} ticks box (\\d+)`, ([, who, number], detail) => {
    none(detail);
    return does((stage) => {
      const { id, body } = stage.list();
      let i = 0;
      const ticked = body.replace(/^- \[[ x]\] /gm, (box) => (++i === Number(number) ? '- [x] ' : box));
      if (i < Number(number)) throw new Error(`the list has ${i} boxes:\n${body}`);
      stage.desk.act.editComment(REPO, id, ticked, who!);
    });
  }),

  // Fixes.
  verb(`${WHO} opens pull request (\\d+)(?: into ([a-z-]+))?`, ([, who, number, base], detail) => {
    const body = text(detail);
    return does((stage) => {
      const opened = stage.desk.act.openPull(REPO, { by: who!, title: 'A fix', body, ...(base ? { base } : {}) });
      expect(opened, 'the number of the pull request').toBe(Number(number));
    });
  }),
  verb(`${WHO} opens pull request (\\d+) in ([a-z]+/[a-z-]+)`, ([, who, number, where], detail) => {
    const body = text(detail);
    return does((stage) => {
      const [owner] = where!.split('/');
      stage.desk.act.user(owner!);
      if (!stage.world.repo(where!)) stage.desk.act.repository(where!, { files: { 'README.md': 'elsewhere' } });
      expect(stage.desk.act.openPull(where!, { by: who!, title: 'A fix', body })).toBe(Number(number));
    });
  }),
  verb(`${WHO} merges pull request (\\d+)(?: of ([a-z]+/[a-z-]+))?`, ([, who, number, where], detail) => {
    none(detail);
    return does((stage) => stage.desk.act.merge(where ?? REPO, Number(number), who!));
  }),
  verb(
    `${WHO} closes pull request (\\d+)`,
    on((act, _n, who, number) => act.closePull(REPO, Number(number), who)),
  ),
  verb(
    `${WHO} links pull request (\\d+)`,
    on((act, n, who, number) => act.link([REPO, n], [REPO, Number(number)], who)),
  ),

  // The policy.
  verb(`${WHO} (changes|breaks) the policy`, ([, who, how], detail) => {
    const file = text(detail);
    return async (stage) => {
      await stage.acts(() => stage.desk.act.commitFile(REPO, POLICY_FILE, file, who!));
      // A story must not be told under another policy than it says.
      const run = stage.checkRun();
      expect(run?.conclusion, run?.output.summary ?? 'check run').toBe(how === 'breaks' ? 'failure' : 'success');
    };
  }),
  verb(
    `${WHO} deletes the policy`,
    on((act, _n, who) => act.commitFile(REPO, POLICY_FILE, null, who)),
  ),
  verb(`${WHO} changes the owner's policy`, ([, who], detail) => {
    const file = text(detail);
    return does((stage) => stage.desk.act.commitFile(OWNERS_REPO, POLICY_FILE, file, who!));
  }),

  // People and the desk itself.
  verb(`${WHO} gives ([a-z-]+) the role (none|read|triage|write|maintain)`, ([, who, whom, role], detail) => {
    none(detail);
    return does((stage) => stage.desk.act.role(REPO, whom!, role as Role, who!));
  }),
  verb(
    'the desk goes down',
    still((stage) => stage.desk.kill()),
  ),
  verb(
    'the desk comes back',
    still(async (stage) => {
      stage.before = stage.deeds();
      await stage.desk.start();
      await stage.desk.settle();
    }),
  ),
  verb(
    'the desk comes back without its database',
    still(async (stage) => {
      stage.before = stage.deeds();
      await stage.desk.forget();
      await stage.desk.start();
      await stage.desk.settle();
    }),
  ),
];

type ActFn = (act: Stage['desk']['act'], issue: number, who: string, object: string, stage: Stage) => unknown;

function on(run: ActFn): Verb['read'] {
  return ([, who, object], detail) => {
    none(detail);
    return does((stage) => run(stage.desk.act, stage.issue, who!, object ?? '', stage));
  };
}

function labels(run: ActFn): Verb['read'] {
  return ([, who], detail) => {
    const name = text(detail);
    return does((stage) => run(stage.desk.act, stage.number, who!, name, stage));
  };
}

function still(run: Act): Verb['read'] {
  return (_found, detail) => {
    none(detail);
    return run;
  };
}

function lastOf(stage: Stage, who: string): number {
  const found = stage.desk.commentsOf(stage.number).findLast((one) => one.by === who);
  if (!found) throw new Error(`${who} has not said anything on #${stage.number}`);
  return found.id;
}

/** As GitHub's page does: a dropdown takes one of its options (here by how it begins), and what is required is there. */
function files(who: string, form: string, answers: Words, asOffered: boolean): Act {
  return does((stage) => {
    const file = stage.setting.forms[form];
    if (file === undefined) throw new Error(`no form ${form}; there are ${Object.keys(stage.setting.forms).join(', ')}`);
    const spec = readForm(form, file);
    if ('problem' in spec) throw new Error(spec.problem);
    const unknown = Object.keys(answers).filter((id) => !spec.fields.some((field) => field.id === id));
    if (unknown.length > 0) throw new Error(`${form} does not ask for ${unknown.join(', ')}`);
    const given = spec.fields.map((field) => [field.id, asOffered ? offered(field, answers[field.id]) : (answers[field.id] ?? '')]);
    const body = renderAnswers(spec, Object.fromEntries(given));
    stage.issue = stage.desk.act.openIssue(REPO, { by: who, title: 'Something is wrong', body, labels: spec.labels });
  });
}

function offered(field: FormField, answer: string | undefined): string {
  if (field.type !== 'dropdown') return answer ?? field.value ?? (field.required ? SOMETHING : '');
  if (answer === undefined) {
    if (field.preset !== undefined) return field.options[field.preset]!;
    if (field.required) throw new Error(`the form asks for ${field.id}`);
    return '';
  }
  const found = field.options.filter((option) => option === answer || option.startsWith(`${answer}:`) || option.startsWith(`${answer} – `));
  if (found.length !== 1) throw new Error(`"${answer}" is none of ${field.options.join(' · ')}`);
  return found[0]!;
}

/** The action that a sentence tells of; undefined when it tells of none. */
export function readAct(sentence: string, detail: Detail): Act | undefined {
  const [, refused] = /^GitHub refuses that (.*)$/.exec(sentence) ?? [];
  if (refused !== undefined) {
    const act = readAct(refused, detail);
    if (!act) return undefined;
    return (stage) => expect(act(stage), 'GitHub refuses it').rejects.toThrow(Refused);
  }
  for (const { says, read } of VERBS) {
    const found = says.exec(sentence);
    if (found) return read(found as unknown as string[], detail);
  }
  return undefined;
}

export const ACTS: readonly string[] = VERBS.map((one) => one.says.source);
export { CAST };
