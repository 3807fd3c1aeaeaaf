import { expect } from 'vitest';
import type { Twin } from '../../src/sandbox/twin.ts';
import { REPO, TestDesk } from '../support/desk.ts';

export const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage, teams: ["@acme/support"] }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, aliases: ["P1 – Critical"], targets: { first_response: 8h, resolution: 20d } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
`;

/** Each thing happens twice: GitHub tells of it, or no word of it arrives. */
export const TOLD = [
  ['its webhook arrives', true],
  ['its webhook is lost', false],
] as const;

/** A desk with one ticket that nobody has answered. */
export async function opened(more: Partial<Parameters<typeof TestDesk.open>[0]> = {}): Promise<{ desk: TestDesk; n: number }> {
  const desk = await TestDesk.open({ policy: POLICY, sweepS: 900, listS: 3_600, ...more });
  const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
  await desk.settle();
  expect(desk.ownOf(n, 'status')).toHaveLength(1);
  return { desk, n };
}

/** Does something on GitHub, and lets it be told or not. */
export async function does(desk: TestDesk, told: boolean, act: (twin: Twin) => void): Promise<void> {
  if (!told) desk.twin.unkind = { webhooks: { vanish: 1 } };
  act(desk.twin);
  desk.twin.unkind = {};
  await desk.settle();
}

export const installationOf = (desk: TestDesk, repo = REPO): number => desk.twin.world.installationOf(desk.twin.world.theRepo(repo))!.id;

/** What the store still has of anybody. */
export async function kept(desk: TestDesk): Promise<{ repos: number[]; tickets: number[]; alarms: string[] }> {
  const { store } = desk.service.desk;
  const repos = (await store.repos()).map((row) => row.repo);
  const tickets = await Promise.all(repos.map((repo) => store.tickets(repo)));
  const alarms = (await store.alarms()).map((one) => one.subject).filter((one) => one !== 'app' && one !== 'deliveries');
  return { repos, tickets: tickets.flat().map((row) => row.number), alarms };
}

/** Steps posted in an issue of whichever repository. */
export function stepsIn(desk: TestDesk, repo: string, number: number): string[] {
  const where = desk.twin.world.theRepo(repo);
  return desk.twin.world.issue(where, number).timeline.flatMap((row) => {
    const body = row.comment === undefined ? undefined : where.comments[row.comment]?.body;
    return body?.includes('"is":"step"') ? [body] : [];
  });
}

export const labelsIn = (desk: TestDesk, repo: string, number: number): string[] => {
  const where = desk.twin.world.theRepo(repo);
  return desk.twin.world
    .issue(where, number)
    .labels.map((id) => where.labels[id]!.name)
    .sort();
};

/** What we wrote to GitHub from here on. */
export function writes(desk: TestDesk): () => string[] {
  const from = desk.twin.requests.length;
  return () =>
    desk.twin.requests
      .slice(from)
      .filter((one) => one.method !== 'GET' && !/access_tokens$|\/graphql$|\/attempts$/.test(one.path))
      .map((one) => `${one.method} ${one.path.replace('/api/v3', '')} ${one.status}`);
}
