import type { Instant } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import type { Twin } from '../../src/sandbox/twin.ts';
import type { Chance } from '../../src/sandbox/unkind.ts';

export const FIRST_S = 120;
export const RESOLUTION_S = 300;
const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 2m, resolution: 5m } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: 50%, mention: [owners] }
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
  - { clock: resolution, at: breach, mention: [owners] }
`;

/** What somebody did with a ticket, and when by the clock of GitHub. */
export type Story = {
  readonly repo: string;
  readonly number: number;
  readonly openedAt: Instant;
  answeredAt?: Instant;
  closedAt?: Instant;
};

/** Owners, each with the App installed on one repository. */
export function peopled(twin: Twin, owners: number): string[] {
  const { act } = twin;
  for (const login of ['rita', 'mark', 'petra', 'carol']) act.user(login);
  return Array.from({ length: owners }, (_, n) => {
    const org = `owner-${n}`;
    act.org(org, { admins: ['carol'], members: ['mark', 'petra'] });
    const files = { '.github/support.yml': POLICY };
    act.repository(`${org}/desk`, { private: false, roles: { mark: 'maintain', petra: 'triage' }, files });
    act.install(org, { by: 'carol' });
    return `${org}/desk`;
  });
}

/** The next thing that somebody does: a new ticket, an answer to one, or its end. */
export function happen(twin: Twin, stories: Story[], repos: readonly string[], chance: Chance): void {
  const { act, world } = twin;
  const open = stories.filter((one) => one.closedAt === undefined);
  const dice = chance.next();
  if (open.length === 0 || dice < 0.6) {
    const repo = repos[chance.upTo(repos.length - 1)]!;
    const number = act.openIssue(repo, { by: 'rita', title: `Trouble ${stories.length}`, body: 'Help' });
    // As GitHub dates it, here and below: a second of the desk's clock is over in no time.
    stories.push({ repo, number, openedAt: world.issue(world.theRepo(repo), number).createdAt });
    return;
  }
  const one = open[chance.upTo(open.length - 1)];
  if (!one) return;
  const repo = world.theRepo(one.repo);
  if (dice < 0.9) {
    const id = act.comment(one.repo, one.number, 'On it\n/take', 'mark');
    one.answeredAt ??= repo.comments[id]!.createdAt;
    return;
  }
  act.close(one.repo, one.number, 'mark', 'completed');
  one.closedAt = world.issue(repo, one.number).closedAt!;
}

/** The desk has the policy of every one of them: what was opened before is a backlog, and promises less. */
export function inForce(twin: Twin, repos: readonly string[]): boolean {
  return repos.every((name) => Object.values(twin.world.theRepo(name).checks).some((run) => run.conclusion === 'success'));
}

/** A step that stands on the page of a ticket. */
export type Posted = { readonly clock: string; readonly moment: string; readonly at: Instant };

export type Shown = { readonly steps: readonly Posted[]; readonly statuses: number; readonly markers: number };

/** What a visitor of the ticket sees of our work. */
export function shownOf(twin: Twin, { repo: name, number }: Story): Shown {
  const repo = twin.world.theRepo(name);
  const issue = twin.world.issue(repo, number);
  const ours = issue.timeline.flatMap((row) => {
    const comment = row.byApp && row.comment ? repo.comments[row.comment] : undefined;
    return comment ? [comment] : [];
  });
  const steps = ours.flatMap((comment) => {
    const key = readKey(comment.body)?.key;
    if (key?.is !== 'step') return [];
    return key.steps.map((step) => {
      const [clock = '', , moment = ''] = step.split('/');
      return { clock, moment, at: comment.createdAt };
    });
  });
  const labels = issue.labels.map((id) => repo.labels[id]!.name);
  return {
    steps,
    statuses: ours.filter((comment) => readKey(comment.body)?.key.is === 'status').length,
    markers: labels.filter((label) => /^(🔴|⭕|🟡|🟢)/u.test(label)).length,
  };
}
